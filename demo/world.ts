/** Everything but the page: the fake AWS and Slack, the store, and the real bot between them. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDeliverer } from "../fakes/aws/deliver.ts";
import { type Changes, createChanges } from "../fakes/slack/changes.ts";
import { createDriver, type Driver } from "../fakes/slack/driver.ts";
import { type FakeSlack, startFakeSlack } from "../fakes/slack/server.ts";
import { type Amazon, startAmazon } from "./amazon.ts";
import { channel, everybody, onCall, place } from "./cast.ts";
import { configuration } from "./configuration.ts";
import { createFleet, type Fleet } from "./fleet.ts";
import { freePort } from "./ports.ts";
import { createBotProcess, type RunningBotProcess } from "./process.ts";
import { type DemoStore, startDemoStore } from "./store.ts";

export interface World extends Omit<Amazon, "onEvent" | "close"> {
  readonly slack: FakeSlack;
  readonly driver: Driver;
  readonly fleet: Fleet;
  readonly bot: RunningBotProcess;
  readonly store: DemoStore;
  /** The bot's log, as JSON lines. */
  readonly logFile: string;
  /** Notifies of any change: messages, AWS's events and calls, the bot's process. */
  readonly changes: Changes;
  /** Stops the bot, then the store, then the rest, and removes all files. */
  close(): Promise<void>;
}

const eventsKey = "events-key-of-the-demo";

/** Does not start the bot's process. */
export async function createWorld(): Promise<World> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    const wrong: unknown[] = [];
    for (const end of closing.splice(0).reverse()) await end().catch((error: unknown) => wrong.push(error));
    if (wrong.length > 0)
      throw new AggregateError(wrong, `The demo did not end cleanly: ${wrong.join("; ")}`);
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "holdpoint-demo-"));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const store = await startDemoStore(join(folder, "store"));
    closing.push(() => store.close());

    const slack = await startFakeSlack({
      people: everybody,
      channels: [{ ...channel, members: everybody.map(({ id }) => id) }],
      userGroups: [onCall],
    });
    closing.push(() => slack.close());

    const amazon = await startAmazon();
    closing.push(() => amazon.close());
    const { aws, ecs } = amazon;
    const changes = createChanges();
    slack.onChange(changes.notify);
    aws.calls.onCall(changes.notify);
    amazon.onEvent(changes.notify);

    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const deliverer = createDeliverer({ url: `${url}/aws/events`, key: eventsKey, longestWaitMs: 3_000 });
    closing.push(() => deliverer.close());
    amazon.onEvent((event) => void deliverer.deliver(event));

    const configFile = join(folder, "holdpoint.yml");
    await writeFile(configFile, configuration);
    const logFile = join(folder, "bot.log");
    const bot = createBotProcess({
      url,
      logFile,
      changed: changes.notify,
      environment: {
        PATH: process.env.PATH ?? "",
        PORT: String(port),
        HOST: "127.0.0.1",
        REDIS_URL: store.url,
        HOLDPOINT_CONFIG: configFile,
        HOLDPOINT_DATA_DIR: join(folder, "data"),
        HOLDPOINT_EVENTS_KEY: eventsKey,
        SLACK_API_URL: slack.apiUrl,
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_SIGNING_SECRET: slack.signingSecret,
        AWS_ENDPOINT_URL: aws.url,
        AWS_REGION: place.region,
        AWS_ACCESS_KEY_ID: "demo",
        AWS_SECRET_ACCESS_KEY: "demo",
        // Ignores the user's own profile.
        AWS_CONFIG_FILE: join(folder, "no-config"),
        AWS_SHARED_CREDENTIALS_FILE: join(folder, "no-credentials"),
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      },
    });
    closing.push(() => bot.close());

    const driver = createDriver({
      slack,
      bot: { kind: "http", url: `${url}/slack/events`, signingSecret: slack.signingSecret },
    });
    const fleet = createFleet(ecs);
    return { ...amazon, slack, driver, fleet, bot, store, logFile, changes, close };
  } catch (error) {
    await close();
    throw error;
  }
}
