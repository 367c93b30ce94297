/** Chromium in front of a running demo, and where things stand on its page. */

import { existsSync } from "node:fs";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { type RunningDemo, startDemo } from "./running-demo.ts";

export const patienceMs = 120_000;

const wanted = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

/** Empty where there is none: whoever tests with it has to say so. */
const browsers: readonly string[] = [wanted].filter((path) => existsSync(path));

const withoutChromium = [
  "",
  `  No Chromium at ${wanted}: the demo's page was NOT tested in a browser.`,
  "  Install it (Debian: apt-get install chromium) or name it in CHROMIUM_PATH.",
  "  HOLDPOINT_REQUIRE_CHROMIUM=1 makes this an error.",
  "",
].join("\n");

interface Opened {
  readonly page: Page;
  readonly requests: readonly string[];
  /** What went wrong on the page. */
  readonly errors: readonly string[];
}

export interface Stage {
  readonly demo: RunningDemo;
  readonly open: (person: string, colorScheme: "light" | "dark") => Promise<Opened>;
  readonly close: () => Promise<void>;
}

/** Why there is no browser to test with; undefined where there is one. */
export function whyNoBrowser(): string | undefined {
  return browsers.length === 0 ? withoutChromium : undefined;
}

/** Tests in front of one demo. */
export function inBrowser(what: string, tests: (stage: () => Stage) => void): void {
  describe.each(browsers)(`${what}, in %s`, (executablePath) => {
    let stage: Stage | undefined;
    beforeAll(async () => {
      stage = await openStage(executablePath);
    }, patienceMs);
    afterAll(() => stage?.close(), patienceMs);
    tests(() => {
      if (stage === undefined) throw new Error("the demo has not started");
      return stage;
    });
  });
}

async function openStage(executablePath: string): Promise<Stage> {
  const [demo, browser]: [RunningDemo, Browser] = await Promise.all([
    startDemo(),
    // Containers run tests as root, for whom Chromium has no sandbox.
    chromium.launch({ executablePath, args: ["--no-sandbox"] }),
  ]);
  return {
    demo,
    open: async (person, colorScheme) => {
      const context = await browser.newContext({ colorScheme, reducedMotion: "reduce" });
      const page = await context.newPage();
      const requests: string[] = [];
      const errors: string[] = [];
      page.on("request", (request) => requests.push(request.url()));
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      page.setDefaultTimeout(patienceMs);
      await page.goto(`${demo.url}/?as=${person}`);
      return { page, requests, errors };
    },
    close: async () => {
      await browser.close();
      await demo.stop("SIGTERM");
    },
  };
}

/** Opens the group of a scenario, where it is closed, and runs the scenario. */
export async function run(page: Page, group: string, title: string): Promise<void> {
  const button = page.getByRole("button", { name: title, exact: true });
  if (!(await button.isVisible())) await page.locator("summary", { hasText: group }).click();
  await button.click();
}

/** The newest card of a service. What was sent to the channel from a thread is no card. */
export function cardOf(page: Page, service: string): Locator {
  return page
    .locator("article.message:not(.private)", { hasText: service })
    .filter({ hasNotText: "Replied to a card" })
    .last();
}

export function buttonOf(page: Page, service: string, label: string): Locator {
  return buttonIn(cardOf(page, service), label);
}

export function buttonIn(message: Locator, label: string): Locator {
  return message.locator(".slack_blocks_to_jsx__button_element", { hasText: label });
}

export function writesAbout(page: Page, words: string): Locator {
  return page.locator("#hp-aws .write", { hasText: words });
}

export async function command(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Slash command" }).fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}
