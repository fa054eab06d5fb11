-- Posts a fixed body.
dofile(os.getenv("VERDICT_WRK_REPORT"))
wrk.method = "POST"
wrk.body = [[{"risk_level":"high","context":{"action_type":"block_ip","action_params":{"target":"192.0.2.7"},"ai_reasoning":"port scan from one source over 1024 ports in 12 s","confidence":0.93,"threat_score":0.81,"threat_type":"scan","metadata":{"sensor":"ids-3","rule":2010937}}}]]
wrk.headers["Content-Type"] = "application/json"
