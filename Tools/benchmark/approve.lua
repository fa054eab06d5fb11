-- Approves the decisions bench-1, bench-2, ... one after the other; the session is the first argument.
dofile(os.getenv("VERDICT_WRK_REPORT"))
local session
local number = 0
function init(arguments)
   session = arguments[1]
end
function request()
   number = number + 1
   return wrk.format("POST", "/api/v1/governance/decision/bench-" .. number .. "/approve",
      { ["Content-Type"] = "application/json" },
      '{"session_id":"' .. session .. '","comment":"seen"}')
end
