/** Why Redis does not do what Holdpoint needs, and what a person can do about it, in one sentence each. */

interface Known {
  /** Matches the text or the code of an error. */
  readonly sign: RegExp;
  readonly what: string;
  readonly remedy: string;
}

const continues = "Holdpoint continues by itself";

/** The first match counts. Redis 6.2 puts a command's error inside the error of its script: codes are not at the start. */
const known: readonly Known[] = [
  {
    sign: /\bREADONLY\b/,
    what: "Redis is a read-only replica",
    remedy: `${continues} after a failover. If this stays, REDIS_URL has to name the primary.`,
  },
  {
    sign: /\bMASTERDOWN\b/,
    what: "Redis is a replica that lost its primary",
    remedy: `${continues} when a primary is elected.`,
  },
  {
    sign: /\bOOM\b/,
    what: "Redis is full (maxmemory)",
    remedy: "Raise maxmemory, or remove what else is stored there.",
  },
  {
    sign: /\bLOADING\b/,
    what: "Redis is still loading its data from disk",
    remedy: `${continues} when that is done.`,
  },
  {
    sign: /\bBUSY\b/,
    what: "Redis is busy with a script that does not end",
    remedy: `${continues} when it ends. SCRIPT KILL ends it.`,
  },
  {
    sign: /\b(?:NOAUTH|WRONGPASS)\b|invalid (?:username-password|password)|AUTH called without any password/,
    what: "Redis rejects the user or the password",
    remedy: "Put the current ones into REDIS_URL and restart.",
  },
  {
    sign: /\bNOPERM\b/,
    what: "the Redis user lacks a permission",
    remedy: "Give it the commands and keys that docs/operations.md lists.",
  },
  {
    sign: /\bMISCONF\b/,
    what: "Redis rejects writes because it can't save to its disk",
    remedy: "Redis's log has the reason: often the disk is full.",
  },
  {
    sign: /\bNOREPLICAS\b/,
    what: "Redis rejects writes because it has too few replicas (min-replicas-to-write)",
    remedy: `${continues} when they are back.`,
  },
  {
    sign: /\bWRONGTYPE\b/,
    what: "a key of Holdpoint's has the wrong type",
    remedy: "Something else writes to this database: give Holdpoint its own.",
  },
  {
    sign: /\bMOVED \d+ /,
    what: "Redis is one node of a cluster",
    remedy: `${continues} when it has found the other nodes.`,
  },
  {
    sign: /\bCLUSTERDOWN\b/,
    what: "the Redis cluster is down: not every slot has a node",
    remedy: `${continues} when it is repaired.`,
  },
  {
    sign: /cluster support disabled/,
    what: "REDIS_URL names several nodes, but this Redis is not a cluster",
    remedy: "Name the one server, or write redis-sentinel:// if these are Sentinels.",
  },
  {
    sign: /unknown command '?`?(?:evalsha|eval|info)/i,
    what: "this Redis can't run scripts",
    remedy:
      "Holdpoint needs Redis 6.2 or later, or Valkey. An address of a Sentinel begins with redis-sentinel://.",
  },
  {
    sign: /max number of clients/,
    what: "Redis has too many clients (maxclients)",
    remedy: "Raise maxclients, or close other connections.",
  },
  {
    sign: /DB index is out of range/,
    what: "the database of REDIS_URL does not exist",
    remedy: "Write another number, or none.",
  },
  {
    sign: /sentinels are unreachable.*invalid reply|got an invalid reply|No such master/,
    what: "the Sentinels don't know the master of REDIS_URL",
    remedy: "Write the name that their configuration monitors.",
  },
  {
    sign: /ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate/,
    what: "the name of Redis is not in its certificate",
    remedy:
      "Use a name that the certificate has. A cluster has to announce host names (cluster-announce-hostname, cluster-preferred-endpoint-type hostname).",
  },
  {
    sign: /SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY|GET)|self.signed certificate|unable to (?:verify|get)/,
    what: "the certificate of Redis is not signed by a known authority",
    remedy: "Name the authority's file in NODE_EXTRA_CA_CERTS.",
  },
  {
    sign: /CERT_HAS_EXPIRED|certificate has expired/,
    what: "the certificate of Redis has expired",
    remedy: "Renew it.",
  },
  {
    sign: /WRONG_VERSION_NUMBER|wrong version number|packet length too long|EPROTO/,
    what: "Redis does not speak TLS at this port",
    remedy: "Write redis:// instead of rediss://, or another port.",
  },
  {
    sign: /ENOTFOUND|EAI_AGAIN/,
    what: "the host name of Redis can't be resolved",
    remedy: "Compare REDIS_URL with the name, and check DNS.",
  },
  {
    sign: /ECONNREFUSED|\bENOENT\b/,
    what: "nothing listens at the address of Redis",
    remedy: `${continues} when Redis is started. If it runs, compare REDIS_URL with its address.`,
  },
  {
    sign: /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
    what: "Redis can't be reached",
    remedy: "Check the network, security groups and firewalls between the two.",
  },
  {
    sign: /Command timed out|Socket timeout/,
    what: "Redis did not reply within 2 s",
    remedy: `${continues} when Redis is faster: look at its load (SLOWLOG) and the network.`,
  },
  {
    sign: /ECONNRESET|EPIPE|Connection is closed|Stream isn't writeable|Cluster isn't ready|MaxRetriesPerRequest|max retries per request/,
    what: "the connection to Redis broke",
    remedy:
      "Holdpoint reconnects. If this stays, check whether the port speaks TLS (rediss://) or not (redis://).",
  },
];

/** The cause, and what to do. Never contains the address, which can have a password. */
export function describeTrouble(error: unknown): string {
  const texts = textsOf(error);
  // The innermost cause is the most exact one.
  for (const text of texts.toReversed()) {
    const found = known.find(({ sign }) => sign.test(text));
    if (found !== undefined) return `${found.what}${which(text)}. ${found.remedy}`;
  }
  return `Redis failed: ${texts.at(-1) ?? String(error)}`;
}

/** The key of the wrong type, or the command without permission, if the error names it. */
function which(text: string): string {
  const named = /WRONGTYPE (hp:\S+ is a \w+, not a \w+)|NOPERM.* run the '([^']+)' command/.exec(text);
  const name = named?.[1] ?? named?.[2];
  return name === undefined ? "" : ` (${name})`;
}

/** True if the error says that there is no connection, and not why. */
export function saysNoConnection(error: unknown): boolean {
  const signs =
    /Stream isn't writeable|Connection is closed|Cluster isn't ready|startup nodes|refresh slots cache|max retries per request/;
  return signs.test(textsOf(error).at(-1) ?? "");
}

/** Code and message of an error and of the errors behind it, outermost first. */
export function textsOf(error: unknown): readonly string[] {
  const texts: string[] = [];
  let at: unknown = error;
  for (let depth = 0; depth < 8 && at instanceof Error; depth += 1) {
    texts.push("code" in at && typeof at.code === "string" ? `${at.code} ${at.message}` : at.message);
    at = behind(at);
  }
  return texts;
}

function behind(error: Error): unknown {
  if (error.cause !== undefined) return error.cause;
  if (error instanceof AggregateError) return error.errors[0];
  return "lastNodeError" in error ? error.lastNodeError : undefined;
}
