-- For wrk: asks the questions of a plan over and over. Each line of the plan is `R path`, a
-- question that is repeated, or `F path`, one in which nine zeros become another number each time.
-- Arguments: the plan, how many in ten are of the second kind, the first number.
local repeated, fresh, in_ten, number, turn = {}, {}, 0, 0, 0
local again, anew = 0, 0

function init(args)
  in_ten, number = tonumber(args[2]), tonumber(args[3])
  wrk.headers["Accept"] = "application/sparql-results+json"
  for line in io.lines(args[1]) do
    local path = line:sub(3)
    if line:sub(1, 1) == "R" then
      repeated[#repeated + 1] = wrk.format("GET", path)
    else
      fresh[#fresh + 1] = path
    end
  end
end

function request()
  turn = turn + 1
  if turn % 10 < in_ten then
    anew = anew + 1
    local path = fresh[anew % #fresh + 1]:gsub("000000000", string.format("%09d", number + anew))
    return wrk.format("GET", path)
  end
  again = again + 1
  return repeated[again % #repeated + 1]
end

function done(summary, latency, requests)
  local errors = summary.errors
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '\n{"answers": %d, "refused": %d, "seconds": %f, "median_ms": %f, "p99_ms": %f}\n',
    summary.requests - errors.status, errors.status + broken, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
