-- What every load says at its end, as one line of JSON; times are in milliseconds.
function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      'RESULT {"rate":%.1f,"p50":%.3f,"p99":%.3f,"p999":%.3f,"not_2xx":%d,"broken":%d}\n',
      1e6 * summary.requests / summary.duration, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
      latency:percentile(99.9) / 1e3, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
