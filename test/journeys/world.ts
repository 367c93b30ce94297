/** One world: a fake AWS with two accounts, a fake Slack with people, a Redis database, and replicas that work in it. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { createFakeAppConfig, type FakeAppConfig } from "../../fakes/aws/appconfig.ts";
import { type Clock, createRunningClock } from "../../fakes/aws/clock.ts";
import { createFakeCloudWatch, type FakeCloudWatch } from "../../fakes/aws/cloudwatch.ts";
import {
  createFakeCodeDeploy,
  type FakeCodeDeploy,
  type HookInvocation,
} from "../../fakes/aws/codedeploy.ts";
import { createFakeEcs, type FakeEcs, type Plan } from "../../fakes/aws/ecs.ts";
import { createFakeEventBridge, type FakeEventBridge } from "../../fakes/aws/eventbridge.ts";
import type { AwsEvent } from "../../fakes/aws/events.ts";
import { createFakeProton, type FakeProton } from "../../fakes/aws/proton.ts";
import { type FakeAws, startFakeAws } from "../../fakes/aws/server.ts";
import { createDriver, type Driver } from "../../fakes/slack/driver.ts";
import type { FakeSlackOptions } from "../../fakes/slack/options.ts";
import { type FakeSlack, startFakeSlack } from "../../fakes/slack/server.ts";
import type { Message } from "../../fakes/slack/workspace.ts";
import type { Timing } from "../../src/handlers/timing.ts";
import { openDatabase } from "./database.ts";
import type { Gate } from "./gate.ts";
import { startHttpProxy } from "./http-proxy.ts";
import { type Backend, type Relay, startRedisProxy } from "./redis-proxy.ts";
import { endReplica, type Replica, startReplica } from "./replica.ts";
import { startWiretap, type Tapped } from "./wiretap.ts";
import { writtenIn } from "./writes.ts";

export const place = { account: "111122223333", region: "eu-west-1" };
export const channel = "C0DEPLOY";
export const mara = "U0MARA";
export const jun = "U0JUN";
export const theo = "U0THEO";
export const eventsKey = "journey-events-key";
/** Another account, with a role, an external id and a region of its own. */
export const farPlace = { account: "444455556666", region: "us-east-1" };
const accounts = [
  { ...place, name: "prod", role: `arn:aws:iam::${place.account}:role/holdpoint`, externalId: "journeys" },
  { ...farPlace, name: "far", role: `arn:aws:iam::${farPlace.account}:role/chatops`, externalId: "far-away" },
];

export interface WorldOptions {
  /** Absent: the protocol's own, and `holdpoint start` itself. */
  readonly timing?: Timing;
  /** YAML: who may ask for what. Absent: Mara and Jun, each alone. */
  readonly policy?: string;
  /** YAML by a pattern of names, where some are under another policy. */
  readonly policies?: Readonly<Record<string, string>>;
  readonly slack?: FakeSlackOptions;
  /** Absent: real time. */
  readonly clock?: Clock;
  /** Absent: a database of the run's server. */
  readonly redis?: Backend;
  /** How long sessions of the accounts' roles live. Absent: as long as was asked for. */
  readonly sessionSeconds?: number;
  /** What its replicas run, as arguments of Node. Absent: what `src` builds. */
  readonly program?: readonly string[];
  /** Keeps what the requests to AWS look like on the wire. */
  readonly tapped?: boolean;
}

export interface World {
  readonly slack: FakeSlack;
  readonly aws: FakeAws;
  readonly ecs: FakeEcs;
  readonly codedeploy: FakeCodeDeploy;
  readonly appconfig: FakeAppConfig;
  readonly proton: FakeProton;
  readonly cloudwatch: FakeCloudWatch;
  readonly eventbridge: FakeEventBridge;
  /** What CodeDeploy has given to the functions of hooks so far. */
  readonly hooks: readonly HookInvocation[];
  readonly redis: Redis;
  /** The requests to AWS on the wire; none unless they are tapped. */
  readonly heard: () => readonly Tapped[];
  /** The mutating calls by what they were about (`writes.ts`), each as its operation and action. */
  readonly writes: () => ReadonlyMap<string, readonly string[]>;
  /** Those of them that took effect. */
  readonly effects: () => ReadonlyMap<string, readonly string[]>;
  /** A gate sees everything that this replica says to anybody. */
  readonly start: (gate?: Gate) => Promise<Replica>;
  /** A deployment of a service, which is made when it is new. It waits for an answer at once, unless planned otherwise. */
  readonly deploy: (service: string, plan?: Partial<Plan>) => string;
  /** EventBridge's one try. Answers the status, 0 when none came. */
  readonly send: (
    replica: Replica,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<number>;
  readonly people: (replica: Replica) => Driver;
  /** Every top-level message about this service. */
  readonly cards: (service: string) => readonly Message[];
  readonly close: () => Promise<void>;
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), "holdpoint-journey-"));
  const running = createRunningClock();
  const clock = options.clock ?? running;
  const cloudwatch = createFakeCloudWatch({ clock });
  const ecs = createFakeEcs({ clock, cloudwatch });
  const hooks: HookInvocation[] = [];
  const codedeploy = createFakeCodeDeploy({
    clock,
    onHook: (invocation) => void hooks.push(invocation),
    cloudwatch,
  });
  const appconfig = createFakeAppConfig({ clock, cloudwatch });
  const proton = createFakeProton({ clock });
  const eventbridge = createFakeEventBridge({ clock });
  const slack = await startFakeSlack(options.slack);
  const aws = await startFakeAws({
    services: [ecs, codedeploy, appconfig, proton, eventbridge, cloudwatch].map(({ service }) => service),
    roles: accounts.map(({ role: arn, externalId }) => ({
      ...{ arn, externalId },
      ...(options.sessionSeconds === undefined ? {} : { sessionSeconds: options.sessionSeconds }),
    })),
    now: clock.now,
  });
  const tap = options.tapped === true ? await startWiretap(aws.url) : undefined;
  const awsUrl = tap?.url ?? aws.url;
  const database = await openDatabase(options.redis);
  await writeFile(join(directory, "holdpoint.yml"), configuration(options));
  const replicas: Replica[] = [];
  const proxies: Relay[] = [];
  const services = new Map<string, string>();
  const writes = new Map<string, readonly string[]>();
  const effects = new Map<string, readonly string[]>();
  aws.calls.onCall((call) => {
    const written = writtenIn(call);
    if (written === undefined) return;
    const had = "effect" in call.outcome && call.outcome.effect;
    for (const kept of had ? [writes, effects] : [writes])
      kept.set(written.about, [...(kept.get(written.about) ?? []), written.words]);
  });

  async function addresses(gate: Gate | undefined) {
    const redis = await startRedisProxy(database.backend, gate);
    proxies.push(redis);
    const redisUrl = `redis://127.0.0.1:${redis.port}/${database.number}`;
    if (gate === undefined) return { redisUrl, awsUrl, slackUrl: slack.apiUrl };
    const toAws = await startHttpProxy("aws", awsUrl, gate);
    const toSlack = await startHttpProxy("slack", slack.apiUrl, gate);
    proxies.push(toAws, toSlack);
    return {
      redisUrl,
      awsUrl: `http://127.0.0.1:${toAws.port}`,
      slackUrl: `http://127.0.0.1:${toSlack.port}/api/`,
    };
  }

  function serviceArnOf(name: string): string {
    const known = services.get(name);
    if (known !== undefined) return known;
    const arn = createService(ecs, name);
    services.set(name, arn);
    return arn;
  }

  return {
    slack,
    aws,
    ecs,
    codedeploy,
    appconfig,
    proton,
    cloudwatch,
    eventbridge,
    hooks,
    redis: database.redis,
    heard: () => tap?.heard() ?? [],
    writes: () => writes,
    effects: () => effects,
    async start(gate) {
      const { redisUrl, awsUrl, slackUrl } = await addresses(gate);
      const replica = await startReplica({
        timing: options.timing,
        program: options.program,
        env: {
          REDIS_URL: redisUrl,
          AWS_ENDPOINT_URL: awsUrl,
          AWS_REGION: place.region,
          AWS_ACCESS_KEY_ID: "journey",
          AWS_SECRET_ACCESS_KEY: "journey",
          AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
          SLACK_API_URL: slackUrl,
          SLACK_BOT_TOKEN: slack.botToken,
          SLACK_SIGNING_SECRET: slack.signingSecret,
          HOLDPOINT_CONFIG: join(directory, "holdpoint.yml"),
          HOLDPOINT_EVENTS_KEY: eventsKey,
        },
      });
      replicas.push(replica);
      return replica;
    },
    deploy: (service, plan = {}) =>
      ecs.deploy(serviceArnOf(service), { taskDefinition: `${service}:2`, ...waiting, ...plan }),
    async send(replica, body, headers = { "x-holdpoint-key": eventsKey }) {
      const answer = await fetch(`${replica.url}/aws/events`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      }).catch(() => undefined);
      await answer?.body?.cancel();
      return answer?.status ?? 0;
    },
    people: (replica) =>
      createDriver({
        slack,
        bot: { kind: "http", url: `${replica.url}/slack/events`, signingSecret: slack.signingSecret },
      }),
    cards: (service) =>
      slack.workspace
        .timeline(channel)
        .filter(({ threadTs, text }) => threadTs === undefined && text.includes(`${service} in `)),
    async close() {
      await Promise.all(replicas.map(endReplica));
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await tap?.close();
      await Promise.all([slack.close(), aws.close(), database.close()]);
      running.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Everything before the hold takes no time, and what follows an answer takes longer than a test. */
const waiting = {
  pauses: [{ stage: "POST_TEST_TRAFFIC_SHIFT" }],
  stageMs: { SCALE_UP: 0, TEST_TRAFFIC_SHIFT: 0, PRODUCTION_TRAFFIC_SHIFT: 600_000 },
} satisfies Partial<Plan>;

function createService(ecs: FakeEcs, name: string): string {
  const version = (tag: string, digit: string) =>
    ecs.registerTaskDefinition(place, {
      family: name,
      containers: [{ name: "app", image: `repo/${name}:${tag}`, imageDigest: `sha256:${digit.repeat(64)}` }],
    });
  const taskDefinition = version("1.0", "a");
  version("1.1", "b");
  return ecs.createService(place, { cluster: "main", name, taskDefinition });
}

function configuration({ policy, policies = {} }: WorldOptions): string {
  const others = Object.entries(policies).map(([pattern, rules], index) => ({
    pattern,
    rules,
    name: `policy-${index}`,
  }));
  return [
    "accounts:",
    ...accounts.map(
      ({ account, name, region, role, externalId }) =>
        `  "${account}": { name: ${name}, regions: [${region}], role: "${role}", externalId: "${externalId}" }`,
    ),
    "routes:",
    ...others.map(
      ({ pattern, name }) => `  - { match: { target: "${pattern}" }, channel: ${channel}, policy: ${name} }`,
    ),
    // Proton is left out unless a route names it.
    `  - { match: { system: proton }, channel: ${channel}, policy: everybody }`,
    `  - { channel: ${channel}, policy: everybody }`,
    "policies:",
    `  everybody: ${policy ?? `{ approvers: ["user:${mara}", "user:${jun}"] }`}`,
    ...others.map(({ name, rules }) => `  ${name}: ${rules}`),
    "",
  ].join("\n");
}

/** The events that ECS has told about a deployment or its service so far. */
export function eventsOf({ ecs }: World, deployment: string): readonly AwsEvent[] {
  const service = deployment.replace(":service-deployment/", ":service/").replace(/\/[^/]+$/, "");
  return ecs.events
    .emitted()
    .filter(({ resources }) => resources.includes(deployment) || resources.includes(service));
}
