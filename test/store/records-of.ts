/** Everything that a Redis holds, in the shape in which the memory store tells it. */

import type { Redis } from "ioredis";

/** All keys but the test's clock, in one round trip. */
const readAll = `
local all = {}
for _, key in ipairs(redis.call('KEYS', 'hp:*')) do
  local kind = redis.call('TYPE', key).ok
  local content
  if kind == 'hash' then content = redis.call('HGETALL', key)
  elseif kind == 'string' then content = { redis.call('GET', key) }
  elseif kind == 'list' then content = redis.call('LRANGE', key, 0, -1)
  elseif kind == 'zset' then content = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  elseif kind == 'stream' then
    content = {}
    for _, line in ipairs(redis.call('XRANGE', key, '-', '+')) do
      for _, text in ipairs(line[2]) do content[#content + 1] = text end
    end
  end
  all[#all + 1] = { key, kind, content }
end
return all`;

export async function recordsOf(redis: Redis): Promise<unknown> {
  const rows: unknown = await redis.eval(readAll, 0);
  if (!Array.isArray(rows)) throw new TypeError("no rows");
  return Object.fromEntries(
    rows.map((row: readonly [string, string, readonly string[]]) => [row[0], told(row)]),
  );
}

function told([, kind, content]: readonly [string, string, readonly string[]]): unknown {
  switch (kind) {
    case "string":
      return content[0];
    case "list":
      return content.map(comparable);
    case "zset":
      return Object.fromEntries(pairs(content).map(([member, score]) => [member, Number(score)]));
    case "stream": {
      const lines = Array.from({ length: content.length / 6 }, (_, i) => content.slice(6 * i, 6 * i + 6));
      return lines.map((line) => comparable(Object.fromEntries(pairs(line))));
    }
    default:
      return comparable(Object.fromEntries(pairs(content)));
  }
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] ?? "", flat[2 * i + 1] ?? ""]);
}

/**
 * Without what two engines may differ in: the order of a JSON object's members, and how many milliseconds of a lease
 * are left, because leases run by Redis's own clock.
 */
export function comparable(value: unknown): unknown {
  if (typeof value === "string") return value.startsWith("{") ? comparable(JSON.parse(value)) : value;
  if (Array.isArray(value)) return value.map(comparable);
  if (value instanceof Map) return comparable(Object.fromEntries(value));
  if (typeof value !== "object" || value === null) return value;
  const held = "kind" in value && value.kind === "held";
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, held && name === "ms" ? 0 : comparable(member)]),
  );
}
