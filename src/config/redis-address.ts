/** Parses REDIS_URL. ioredis would take the scheme `redis-sentinel://` for a host name. */

interface HostPort {
  readonly host: string;
  readonly port: number;
}

interface Login {
  readonly username?: string;
  readonly password?: string;
}

export type RedisAddress =
  | { readonly kind: "single"; readonly url: string }
  | ({
      readonly kind: "sentinel";
      readonly sentinels: readonly HostPort[];
      readonly name: string;
      readonly db?: number;
    } & Login)
  | ({ readonly kind: "cluster"; readonly nodes: readonly HostPort[]; readonly tls: boolean } & Login);

export type ParsedAddress =
  | { readonly kind: "address"; readonly address: RedisAddress }
  | { readonly kind: "mistake"; readonly message: string };

const forms =
  "Write redis://host:6379, rediss://user:password@host:6379/0, redis-sentinel://host:26379,host:26379/master-name, " +
  "or several cluster nodes with commas between them.";

/** The text can contain a password, so no message repeats it. */
export function parseRedisUrl(text: string): ParsedAddress {
  if (text.startsWith("redis-sentinel://")) return parseSentinels(text.slice("redis-sentinel://".length));
  const pieces = text.split(",").map((piece) => piece.trim());
  const urls = pieces.map(parseNode);
  const [first, ...others] = urls;
  if (first === undefined || urls.some((url) => url === undefined)) return mistake("is not a Redis address.");
  if (others.length === 0) return { kind: "address", address: { kind: "single", url: text } };
  if (urls.some((url) => url?.protocol !== first.protocol))
    return mistake("mixes redis:// and rediss:// nodes of one cluster.");
  return {
    kind: "address",
    address: {
      kind: "cluster",
      nodes: urls.flatMap((url) => (url === undefined ? [] : [hostPort(url, 6379)])),
      tls: first.protocol === "rediss:",
      ...login(first),
    },
  };
}

function parseNode(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const known = url.protocol === "redis:" || url.protocol === "rediss:";
  return known && url.hostname !== "" && decodes(url.username) && decodes(url.password) ? url : undefined;
}

function decodes(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** `[user:password@]host:port,host:port/name[/db]` */
function parseSentinels(text: string): ParsedAddress {
  const at = text.lastIndexOf("@");
  const [hosts = "", name = "", db] = text.slice(at + 1).split("/");
  const before = at === -1 ? "" : text.slice(0, at + 1);
  const urls = hosts
    .split(",")
    .map((host, index) => parseNode(`redis://${index === 0 ? before : ""}${host}`));
  const [first] = urls;
  if (first === undefined || urls.some((url) => url === undefined))
    return mistake("has a sentinel that is not host:port.");
  if (name === "") return mistake("does not name the master that the sentinels watch.");
  if (db !== undefined && !/^\d+$/.test(db)) return mistake("has a database that is not a number.");
  return {
    kind: "address",
    address: {
      kind: "sentinel",
      sentinels: urls.flatMap((url) => (url === undefined ? [] : [hostPort(url, 26379)])),
      name,
      ...(db === undefined ? {} : { db: Number(db) }),
      ...login(first),
    },
  };
}

function hostPort(url: URL, defaultPort: number): HostPort {
  return { host: url.hostname, port: url.port === "" ? defaultPort : Number(url.port) };
}

function login(url: URL): Login {
  return {
    ...(url.username === "" ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === "" ? {} : { password: decodeURIComponent(url.password) }),
  };
}

function mistake(what: string): ParsedAddress {
  return { kind: "mistake", message: `${what} ${forms}` };
}
