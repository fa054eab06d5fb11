-- Of five requests three enqueue a decision, one approves one that was enqueued a while ago, and one asks how it stands;
-- the session is the first argument.
dofile(os.getenv("VERDICT_WRK_REPORT"))
-- More than are enqueued while the slowest of 256 connections waits for its answer.
local behind = 1000
local session
local number = 0
local turn = 0
local json = { ["Content-Type"] = "application/json" }
function init(arguments)
   session = arguments[1]
end
function request()
   turn = turn + 1
   if turn % 5 == 3 and number > behind then
      return wrk.format("POST", "/api/v1/governance/decision/mixed-" .. number - behind .. "/approve", json,
         '{"session_id":"' .. session .. '","comment":"seen"}')
   elseif turn % 5 == 4 and number > behind then
      return wrk.format("GET", "/api/v1/governance/decision/mixed-" .. number - behind .. "/status")
   end
   number = number + 1
   return wrk.format("POST", "/api/v1/governance/test/enqueue", json,
      '{"decision_id":"mixed-' .. number .. '","risk_level":"high","target":"192.0.2.7","reasoning":"port scan"}')
end
