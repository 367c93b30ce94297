/** The systems with real SDK clients, against a fake AWS with one ECS service. */
import { vi } from "vitest";
import {
  type AwsAccount,
  type Clients,
  createClients,
  type Deadlines,
} from "../../src/aws/client/clients.ts";
import { allSystems } from "../../src/aws/index.ts";
import type { Ref } from "../../src/handlers/deployment.ts";
import type { AwsEvent, Inspection, System, Telemetry } from "../../src/handlers/ports.ts";
import { protocolTiming } from "../../src/handlers/timing.ts";
import type { WordedDeployment } from "../../src/handlers/words.ts";
import { type Stage, setStage } from "../fakes/aws/stage.ts";
import { inWords } from "./in-words.ts";

export const place = { account: "111122223333", region: "eu-west-1" };
export const role = "arn:aws:iam::111122223333:role/holdpoint";
/** A test of a deadline ends soon with these. The side reads still hold the SDK's three attempts at a throttled call. */
export const briefly: Deadlines = {
  callTimeoutMs: protocolTiming.callTimeoutMs / 4,
  readDeadlineMs: protocolTiming.readDeadlineMs / 4,
  sideReadMs: protocolTiming.sideReadMs / 2,
  alarmReadMs: protocolTiming.alarmReadMs / 2,
};
const account: AwsAccount = { id: place.account, regions: [place.region], role, externalId: "e-1" };

export interface Recorded {
  readonly telemetry: Telemetry;
  readonly counts: { readonly name: string; readonly labels: Readonly<Record<string, string>> }[];
  readonly logs: { readonly level: string; readonly message: string; readonly fields: unknown }[];
}

export function recordTelemetry(): Recorded {
  const counts: Recorded["counts"] = [];
  const logs: Recorded["logs"] = [];
  const telemetry: Telemetry = {
    count: (name, labels = {}) => void counts.push({ name, labels }),
    observe: () => undefined,
    log: (level, message, fields = {}) => void logs.push({ level, message, fields }),
  };
  return { telemetry, counts, logs };
}

export interface AwsStage extends Stage, Recorded {
  readonly system: System;
  readonly clients: Clients;
  readonly refOf: (arn: string) => Ref;
  /** Inspects and expects a deployment. */
  readonly look: (arn: string, previous?: WordedDeployment) => Promise<WordedDeployment>;
  readonly inspect: (arn: string, event?: AwsEvent) => Promise<Inspection>;
}

/** The process's own credentials and `AWS_ENDPOINT_URL` are all that points at the fake, as in production. */
export async function setAwsStage(accounts: readonly AwsAccount[] = [account]): Promise<AwsStage> {
  const roles = accounts.flatMap(({ role: arn, externalId }) =>
    arn === undefined ? [] : [{ arn, ...(externalId === undefined ? {} : { externalId }) }],
  );
  const stage = await setStage({ roles });
  pointAt(stage.aws.url);
  const recorded = recordTelemetry();
  const clients = createClients(accounts, briefly);
  const [system] = allSystems(clients, recorded.telemetry);
  if (system === undefined) throw new Error("there is no system");
  const refOf = (arn: string): Ref => ({ system: "ecs", ...place, id: arn });
  return {
    ...stage,
    ...recorded,
    system,
    clients,
    refOf,
    look: async (arn, previous) => {
      const seen = await system.inspect(refOf(arn), { hint: {}, ...(previous ? { previous } : {}) });
      if (seen.kind !== "deployment") throw new Error(`saw ${JSON.stringify(seen)}`);
      return inWords(seen.deployment);
    },
    inspect: (arn, event) => {
      const location = event && system.locate(event);
      const claim = location?.kind === "located" ? location.located.claim : undefined;
      const hint = event && claim ? { event: { claim, time: event.time } } : {};
      return system.inspect(refOf(arn), { hint });
    },
    close: async () => {
      clients.destroy();
      vi.unstubAllEnvs();
      await stage.close();
    },
  };
}

export function pointAt(url: string): void {
  vi.stubEnv("AWS_ENDPOINT_URL", url);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "base");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
}

export function eventOf(
  detailType: string,
  detail: Readonly<Record<string, unknown>>,
  rest: Partial<AwsEvent> = {},
): AwsEvent {
  return {
    id: "event-1",
    source: "aws.ecs",
    detailType,
    ...place,
    time: Date.UTC(2026, 10, 17, 14, 0, 0),
    resources: [],
    detail,
    ...rest,
  };
}
