-- Enqueues decisions with the ids bench-1, bench-2, ... so that they can be asked for by name; the first argument is the
-- number that is taken already.
dofile(os.getenv("VERDICT_WRK_REPORT"))
local number = 0
function init(arguments)
   number = tonumber(arguments[1] or "0")
end
function request()
   number = number + 1
   return wrk.format("POST", "/api/v1/governance/test/enqueue", { ["Content-Type"] = "application/json" },
      '{"decision_id":"bench-' .. number .. '","risk_level":"high","target":"192.0.2.7","reasoning":"port scan"}')
end
