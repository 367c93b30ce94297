/** A fake CloudWatch for reading alarms: metric and composite ones, by name. It sends no notifications. */
import type { CompositeAlarm, MetricAlarm, StateValue } from "@aws-sdk/client-cloudwatch";
import * as cloudWatchPackage from "@aws-sdk/client-cloudwatch";
import type { Clock } from "./clock.ts";
import { AwsError, type HandlersOf, type Service, service } from "./service.ts";

interface AlarmPlace {
  readonly account: string;
  readonly region: string;
}

export interface FakeCloudWatch {
  readonly service: Service;
  /** Creates an alarm or changes its state. `at`: time of the change, default now. */
  readonly set: (
    place: AlarmPlace,
    name: string,
    state: StateValue,
    options?: { readonly at?: number; readonly composite?: boolean },
  ) => void;
  /** Creates those that don't exist, in OK for a day. */
  readonly expect: (place: AlarmPlace, names: readonly string[]) => void;
  readonly remove: (place: AlarmPlace, name: string) => void;
}

interface AlarmRecord extends AlarmPlace {
  readonly name: string;
  readonly state: StateValue;
  readonly since: number;
  readonly composite: boolean;
}

const dayMs = 24 * 60 * 60_000;
const mostNames = 100;
const mostRecords = 100;
const defaultRecords = 50;

export function createFakeCloudWatch({ clock }: { readonly clock: Clock }): FakeCloudWatch {
  const alarms = new Map<string, AlarmRecord>();
  const keyOf = ({ account, region }: AlarmPlace, name: string) => `${account} ${region} ${name}`;

  function set(place: AlarmPlace, name: string, state: StateValue, at: number, composite?: boolean): void {
    const { account, region } = place;
    const known = alarms.get(keyOf(place, name));
    const kind = composite ?? known?.composite ?? false;
    alarms.set(keyOf(place, name), { account, region, name, state, since: at, composite: kind });
  }

  const handlers: HandlersOf<typeof cloudWatchPackage> = {
    DescribeAlarms: (input, caller) => {
      const { AlarmNames = [], AlarmTypes = ["MetricAlarm"], MaxRecords = defaultRecords, NextToken } = input;
      if (AlarmNames.length > mostNames || MaxRecords < 1 || MaxRecords > mostRecords)
        throw new AwsError("ValidationException", `At most ${mostNames} names and ${mostRecords} records.`);
      const asked = [...alarms.values()].filter(
        ({ account, region, name, composite }) =>
          account === caller.account &&
          region === caller.region &&
          (AlarmNames.length === 0 || AlarmNames.includes(name)) &&
          AlarmTypes.includes(composite ? "CompositeAlarm" : "MetricAlarm"),
      );
      const from = NextToken === undefined ? 0 : Number(NextToken);
      const page = asked.slice(from, from + MaxRecords);
      const next = from + page.length;
      return {
        MetricAlarms: page.filter(({ composite }) => !composite).map(described),
        CompositeAlarms: page.filter(({ composite }) => composite).map(described),
        ...(next < asked.length ? { NextToken: String(next) } : {}),
      };
    },
  };

  return {
    service: service({
      name: "cloudwatch",
      package: cloudWatchPackage,
      client: new cloudWatchPackage.CloudWatchClient({ region: "us-east-1" }),
      handlers: { ...handlers },
    }),
    set: (place, name, state, { at = clock.now(), composite } = {}) => set(place, name, state, at, composite),
    expect: (place, names) => {
      for (const name of names)
        if (!alarms.has(keyOf(place, name))) set(place, name, "OK", clock.now() - dayMs);
    },
    remove: (place, name) => void alarms.delete(keyOf(place, name)),
  };
}

function described({ account, region, name, state, since }: AlarmRecord): MetricAlarm & CompositeAlarm {
  return {
    AlarmName: name,
    AlarmArn: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
    StateValue: state,
    StateUpdatedTimestamp: new Date(since),
    StateTransitionedTimestamp: new Date(since),
  };
}
