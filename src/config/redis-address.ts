/** Parses REDIS_URL. ioredis would take the scheme `redis-sentinel://` for a host name. */

import { z } from "zod";

interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Login, and the options behind the question mark. */
interface Settings {
  readonly username?: string;
  readonly password?: string;
  readonly keyPrefix?: string;
  /** 4 or 6: the kind of IP address to resolve names to. */
  readonly family?: number;
  readonly connectionName?: string;
}

export type RedisAddress =
  | { readonly kind: "single"; readonly url: string }
  | ({
      readonly kind: "sentinel";
      readonly sentinels: readonly HostPort[];
      readonly name: string;
      readonly db?: number;
      /** Of the sentinels and the servers. */
      readonly tls?: true;
    } & Settings)
  | ({ readonly kind: "cluster"; readonly nodes: readonly HostPort[]; readonly tls: boolean } & Settings);

export type ParsedAddress =
  | { readonly kind: "address"; readonly address: RedisAddress }
  | { readonly kind: "mistake"; readonly message: string };

const forms =
  "Write redis://host:6379, rediss://user:password@host:6379/0, redis-sentinel://host:26379,host:26379/master-name, " +
  "or several cluster nodes with commas between them.";
const encoding =
  "In a user or password, percent-encode every character but letters, digits and -._~ (@ is %40, / is %2F, # is %23, " +
  "? is %3F, % is %25, a comma %2C).";

const sentinelSchemes = { "redis-sentinel://": "redis://", "rediss-sentinel://": "rediss://" } as const;

/**
 * The options that may stand behind the question mark. ioredis reads all of its own options there, and they would take
 * precedence over Holdpoint's: `enableOfflineQueue=true` would send a claim that was refused.
 */
const optionsSchema = z.strictObject({
  db: z.string().regex(/^\d+$/).exactOptional(),
  family: z.enum(["4", "6"]).transform(Number).exactOptional(),
  keyPrefix: z.string().exactOptional(),
  connectionName: z.string().exactOptional(),
});

/** The text can contain a password, so no message repeats it. */
export function parseRedisUrl(text: string): ParsedAddress {
  for (const [scheme, nodes] of Object.entries(sentinelSchemes))
    if (text.startsWith(scheme)) return parseSentinels(text, text.slice(scheme.length), nodes);
  const scheme = /^rediss?:\/\//.exec(text)?.[0];
  if (scheme === undefined) return mistake("is not a Redis address.", text);
  const urls = text
    .split(",")
    .map((piece) => piece.trim())
    .map((piece) => parseNode(piece.includes("://") || piece.includes("@") ? piece : `${scheme}${piece}`));
  const nodes = urls.filter((url) => url !== undefined);
  const [first] = nodes;
  if (first === undefined || nodes.length < urls.length) return mistake("is not a Redis address.", text);
  const read = optionsOf(nodes);
  if (typeof read === "string") return mistake(read, text);
  if (nodes.length === 1)
    return isDatabase(first.pathname)
      ? { kind: "address", address: { kind: "single", url: text } }
      : mistake("has a database that is not a number.", text);
  if (nodes.some((url) => url.protocol !== first.protocol))
    return mistake("mixes redis:// and rediss:// nodes of one cluster.", text);
  const { db, ...options } = read;
  if ((db ?? "0") !== "0" || nodes.some((url) => !["", "/", "/0"].includes(url.pathname)))
    return mistake("names a database, but a cluster has only database 0.", text);
  return {
    kind: "address",
    address: {
      kind: "cluster",
      nodes: nodes.map((url) => hostPort(url, 6379)),
      tls: first.protocol === "rediss:",
      ...login(nodes),
      ...options,
    },
  };
}

function parseNode(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const known = url.protocol === "redis:" || url.protocol === "rediss:";
  // An @ behind the host was meant to end a password with a slash, a question mark or a number sign.
  const strange = url.hash !== "" || `${url.pathname}${url.search}`.includes("@");
  return known && url.hostname !== "" && !strange && decodes(url.username) && decodes(url.password)
    ? url
    : undefined;
}

function decodes(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function isDatabase(pathname: string): boolean {
  return /^(?:\/\d*)?$/.test(pathname);
}

/** The options of all nodes together, or what is wrong with them. */
function optionsOf(urls: readonly URL[]): z.output<typeof optionsSchema> | string {
  const given = Object.fromEntries(urls.flatMap((url) => [...url.searchParams]));
  const parsed = optionsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const known = Object.keys(optionsSchema.shape);
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  return unknown.length === 0
    ? "has an option with an invalid value: db is a number, family is 4 or 6."
    : `has options that Holdpoint does not read (${unknown.join(", ")}). It reads ${known.join(", ")}. ` +
        "A private certificate authority is named by NODE_EXTRA_CA_CERTS.";
}

/** `[user:password@]host:port,host:port/name[/db][?option=value]` */
function parseSentinels(text: string, rest: string, scheme: "redis://" | "rediss://"): ParsedAddress {
  const at = rest.lastIndexOf("@");
  const [place = "", query] = rest.slice(at + 1).split("?", 2);
  const [hosts = "", name = "", db] = place.split("/");
  const before = at === -1 ? "" : rest.slice(0, at + 1);
  const after = query === undefined ? "" : `?${query}`;
  const urls = hosts
    .split(",")
    .map((host, index) => parseNode(`${scheme}${index === 0 ? before : ""}${host.trim()}${after}`));
  const nodes = urls.filter((url) => url !== undefined);
  if (nodes.length < urls.length) return mistake("has a sentinel that is not host:port.", text);
  if (name === "") return mistake("does not name the master that the sentinels watch.", text);
  const read = optionsOf(nodes);
  if (typeof read === "string") return mistake(read, text);
  const { db: dbOption, ...options } = read;
  const database = db ?? dbOption;
  if (database !== undefined && !/^\d+$/.test(database))
    return mistake("has a database that is not a number.", text);
  return {
    kind: "address",
    address: {
      kind: "sentinel",
      sentinels: nodes.map((url) => hostPort(url, 26379)),
      name: decodes(name) ? decodeURIComponent(name) : name,
      ...(database === undefined ? {} : { db: Number(database) }),
      ...(scheme === "rediss://" ? { tls: true } : {}),
      ...login(nodes),
      ...options,
    },
  };
}

/** A URL has an IPv6 address in brackets, a socket without. */
function hostPort(url: URL, defaultPort: number): HostPort {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { host, port: url.port === "" ? defaultPort : Number(url.port) };
}

/** One login is valid for all nodes: that of the first node that has one. */
function login(urls: readonly URL[]): Pick<Settings, "username" | "password"> {
  const url = urls.find(({ username, password }) => username !== "" || password !== "");
  return {
    ...(!url?.username ? {} : { username: decodeURIComponent(url.username) }),
    ...(!url?.password ? {} : { password: decodeURIComponent(url.password) }),
  };
}

function mistake(what: string, text: string): ParsedAddress {
  const hasLogin = text.includes("@") || text.includes("%");
  return { kind: "mistake", message: [what, forms, ...(hasLogin ? [encoding] : [])].join(" ") };
}
