/** The variables that Holdpoint itself reads. The AWS SDK reads its own (AWS_REGION, credentials, endpoints). */

import { z } from "zod";
import type { ConfigProblem } from "./mistake.ts";
import { parseRedisUrl, type RedisAddress } from "./redis-address.ts";

const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
type LogLevel = (typeof logLevels)[number];

/** The Slack transport. If an app token is set, it takes precedence: Socket Mode needs no public address. */
type SlackMode =
  | { readonly kind: "socket"; readonly appToken: string }
  | { readonly kind: "http"; readonly signingSecret: string };

export interface Environment {
  readonly configPath: string;
  readonly slack: {
    readonly botToken: string;
    readonly mode: SlackMode;
    readonly apiUrl?: string | undefined;
  };
  /** Absent: a private store. */
  readonly redis?: RedisAddress | undefined;
  readonly dataDir: string;
  /** Absent: /aws/events accepts nothing. */
  readonly eventsKey?: string | undefined;
  readonly listen: { readonly host: string; readonly port: number };
  readonly logLevel: LogLevel;
}

export type ReadEnvironment =
  | { readonly kind: "environment"; readonly environment: Environment }
  | { readonly kind: "mistakes"; readonly mistakes: readonly ConfigProblem[]; readonly configPath: string };

/** Compose files and shells pass unset variables as empty text. */
const unset = (value: unknown): unknown => (value === "" ? undefined : value);
const text = z.preprocess(unset, z.string().optional());

const token = (prefix: string, where: string) =>
  z.preprocess(unset, z.string().startsWith(prefix, `This has to begin with ${prefix}. ${where}`).optional());

const redisUrl = z.preprocess(
  unset,
  z
    .string()
    .transform((value, context): RedisAddress => {
      const parsed = parseRedisUrl(value);
      if (parsed.kind === "address") return parsed.address;
      context.addIssue({ code: "custom", message: `This ${parsed.message}` });
      return z.NEVER;
    })
    .optional(),
);

const botTokenHelp = "Copy the Bot User OAuth Token from OAuth & Permissions in the app's settings.";
const appTokenHelp =
  "Make an app-level token with the scope connections:write under Basic Information in the app's settings.";

const variables = z.object({
  SLACK_BOT_TOKEN: token("xoxb-", botTokenHelp),
  SLACK_APP_TOKEN: token("xapp-", appTokenHelp),
  SLACK_SIGNING_SECRET: text,
  SLACK_API_URL: z.preprocess(
    unset,
    z.url({ protocol: /^https?$/, error: "This is not an http or https URL." }).optional(),
  ),
  REDIS_URL: redisUrl,
  HOLDPOINT_CONFIG: z.preprocess(unset, z.string().default("./holdpoint.yml")),
  HOLDPOINT_EVENTS_KEY: text,
  HOLDPOINT_DATA_DIR: z.preprocess(unset, z.string().default(".holdpoint")),
  PORT: z.preprocess(
    unset,
    z
      .string()
      .regex(/^\d{1,5}$/, "This is not a port.")
      .transform(Number)
      .refine((port) => port <= 65_535, "This is not a port.")
      .default(3000),
  ),
  HOST: z.preprocess(unset, z.string().default("0.0.0.0")),
  LOG_LEVEL: z.preprocess(
    unset,
    z.enum(logLevels, { error: `This has to be one of: ${logLevels.join(", ")}.` }).default("info"),
  ),
});

export function readEnvironment(env: NodeJS.ProcessEnv): ReadEnvironment {
  const parsed = variables.safeParse(env);
  const mistakes: ConfigProblem[] = [];
  if (!parsed.success) {
    mistakes.push(
      ...parsed.error.issues.map((issue) => ({ where: issue.path.join("."), message: issue.message })),
    );
  }
  if (unset(env.SLACK_BOT_TOKEN) === undefined)
    mistakes.push({ where: "SLACK_BOT_TOKEN", message: `This is missing. ${botTokenHelp}` });
  if (unset(env.SLACK_APP_TOKEN) === undefined && unset(env.SLACK_SIGNING_SECRET) === undefined) {
    const message =
      "One of the two is needed: the signing secret (Basic Information in the app's settings) where Slack can reach " +
      "this process, or an app-level token for Socket Mode.";
    mistakes.push({ where: "SLACK_SIGNING_SECRET or SLACK_APP_TOKEN", message });
  }
  const configPath = env.HOLDPOINT_CONFIG || "./holdpoint.yml";
  if (!parsed.success || mistakes.length > 0) return { kind: "mistakes", mistakes, configPath };

  const read = parsed.data;
  const mode = modeOf(read.SLACK_APP_TOKEN, read.SLACK_SIGNING_SECRET);
  if (read.SLACK_BOT_TOKEN === undefined || mode === undefined)
    return { kind: "mistakes", mistakes, configPath };
  return {
    kind: "environment",
    environment: {
      configPath: read.HOLDPOINT_CONFIG,
      slack: {
        botToken: read.SLACK_BOT_TOKEN,
        mode,
        apiUrl: read.SLACK_API_URL,
      },
      redis: read.REDIS_URL,
      dataDir: read.HOLDPOINT_DATA_DIR,
      eventsKey: read.HOLDPOINT_EVENTS_KEY,
      listen: { host: read.HOST, port: read.PORT },
      logLevel: read.LOG_LEVEL,
    },
  };
}

function modeOf(appToken: string | undefined, signingSecret: string | undefined): SlackMode | undefined {
  if (appToken !== undefined) return { kind: "socket", appToken };
  return signingSecret === undefined ? undefined : { kind: "http", signingSecret };
}
