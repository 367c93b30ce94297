/**
 * Reads the state of CloudWatch alarms with one call per account and region, each with a short deadline. Never throws:
 * an alarm that could not be read comes back with the reason.
 */

import {
  CloudWatchClient,
  type CompositeAlarm,
  DescribeAlarmsCommand,
  type MetricAlarm,
} from "@aws-sdk/client-cloudwatch";
import { z } from "zod";
import type { Ref } from "../handlers/deployment.ts";
import type { System, Telemetry } from "../handlers/ports.ts";
import type { Clients } from "./client/clients.ts";
import { within } from "./client/deadline.ts";
import { leftOut, type Why, whyFailed, whySchema } from "./client/why.ts";

/** The limit of DescribeAlarms, for both names and records. */
export const perCall = 100;

const call = "cloudwatch:DescribeAlarms";

export const alarmPermission: System["permissions"][number] = {
  actions: [call],
  resource: "*",
  why: "reads the alarms that a deployment watches; without it cards say that they were not read",
};

interface AlarmPlace {
  readonly account: string;
  readonly region: string;
}

export interface AlarmName extends AlarmPlace {
  readonly name: string;
}

/**
 * `since`: the time at which the alarm entered this state (AWS's clock). `missing`: CloudWatch has no alarm of this
 * name.
 */
export const alarmReading = z.discriminatedUnion("state", [
  z.object({
    name: z.string(),
    state: z.enum(["ok", "alarm", "no-data"]),
    since: z.number().exactOptional(),
  }),
  z.object({ name: z.string(), state: z.literal("missing") }),
  z.object({ name: z.string(), state: z.literal("unread"), why: whySchema }),
]);
export type AlarmReading = z.infer<typeof alarmReading>;

export type ReadAlarms = (alarms: readonly AlarmName[]) => Promise<readonly AlarmReading[]>;

export function createReadAlarms(clients: Clients, telemetry: Telemetry): ReadAlarms {
  const cloudWatch = clients.of((settings) => new CloudWatchClient(settings));

  async function readIn(place: AlarmPlace, names: readonly string[]): Promise<readonly AlarmReading[]> {
    const client = cloudWatch.read(place.account, place.region);
    if (client === undefined)
      return names.map(unread({ kind: "not-configured", account: place.account, region: place.region }));
    const asked = names.slice(0, perCall);
    const left = names.slice(perCall).map(unread(leftOut("beyond-one-call")));
    try {
      const read = await within(clients.alarmReadMs, (abortSignal) => describe(client, asked, abortSignal));
      return [...asked.map(read), ...left];
    } catch (error) {
      clients.rejected(place.account, error);
      telemetry.log("warn", "alarms can't be read", { ...place, error });
      return names.map(unread(whyFailed(error, call)));
    }
  }

  return async (alarms) => {
    const places = new Map<string, { readonly place: AlarmPlace; readonly names: Set<string> }>();
    for (const { name, account, region } of alarms) {
      const key = `${account} ${region}`;
      const known = places.get(key) ?? { place: { account, region }, names: new Set<string>() };
      places.set(key, known);
      known.names.add(name);
    }
    const read = await Promise.all([...places.values()].map(({ place, names }) => readIn(place, [...names])));
    return read.flat();
  };
}

async function describe(
  client: CloudWatchClient,
  names: readonly string[],
  abortSignal: AbortSignal,
): Promise<(name: string) => AlarmReading> {
  const command = new DescribeAlarmsCommand({
    AlarmNames: [...names],
    // By default AWS leaves out composite alarms.
    AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
    MaxRecords: perCall,
  });
  const { MetricAlarms = [], CompositeAlarms = [], NextToken } = await client.send(command, { abortSignal });
  const found = new Map([...MetricAlarms, ...CompositeAlarms].map((alarm) => [alarm.AlarmName, alarm]));
  return (name) => {
    const alarm = found.get(name);
    if (alarm !== undefined) return readingOf(name, alarm);
    return NextToken === undefined ? { name, state: "missing" } : unread(leftOut("beyond-one-page"))(name);
  };
}

function readingOf(
  name: string,
  { StateValue, StateTransitionedTimestamp, StateUpdatedTimestamp }: MetricAlarm | CompositeAlarm,
): AlarmReading {
  const since = (StateTransitionedTimestamp ?? StateUpdatedTimestamp)?.getTime();
  const state = stateOf(StateValue);
  if (state === undefined) return unread(leftOut("unknown-state"))(name);
  return { name, state, ...(since === undefined ? {} : { since }) };
}

/** Only OK is OK: a state that AWS adds later is unknown. */
function stateOf(value: string | undefined): "ok" | "alarm" | "no-data" | undefined {
  switch (value) {
    case "OK":
      return "ok";
    case "ALARM":
      return "alarm";
    case "INSUFFICIENT_DATA":
      return "no-data";
    default:
      return undefined;
  }
}

function unread(why: Why): (name: string) => AlarmReading {
  return (name) => ({ name, state: "unread", why });
}

/**
 * An alarm's ARN contains its account and region, which may differ from the deployment's; a plain name is in the
 * deployment's.
 */
export function alarmOf(nameOrArn: string, { account, region }: Pick<Ref, "account" | "region">): AlarmName {
  const arn = /^arn:[^:]+:cloudwatch:([^:]+):([^:]+):alarm:(.+)$/.exec(nameOrArn);
  const [, ofRegion, ofAccount, name] = arn ?? [];
  if (ofRegion === undefined || ofAccount === undefined || name === undefined)
    return { name: nameOrArn, account, region };
  return { name, account: ofAccount, region: ofRegion };
}
