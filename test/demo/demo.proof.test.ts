/** The demo's page in a real browser. */

import { expect, it } from "vitest";
import { buttonOf, cardOf, inBrowser, patienceMs, whyNoBrowser, writesAbout } from "./browser.ts";

it("has a browser to be tested in, or says loudly that it has none", () => {
  const complaint = whyNoBrowser();
  if (complaint !== undefined) console.warn(complaint);
  expect(process.env.HOLDPOINT_REQUIRE_CHROMIUM === "1" ? complaint : undefined).toBeUndefined();
});

inBrowser("the page", (stage) => {
  it.each([
    ["light", "U0MARA", "Mara Lind", 1],
    ["dark", "U0JUN", "Jun Park", 2],
  ] as const)(
    "takes Continue to AWS once, in %s",
    { timeout: patienceMs },
    async (colorScheme, person, name, deployments) => {
      const { page, requests, errors } = await stage().open(person, colorScheme);
      // The demo begins with one.
      if (deployments > 1) await page.getByRole("button", { name: "A deployment pauses" }).click();
      const again = page.locator("article.message:not(.private)", { hasText: "checkout-api" });
      await expect.poll(() => again.count(), { timeout: patienceMs }).toBe(deployments);
      await buttonOf(page, "checkout-api", "Continue").click({ timeout: patienceMs });

      const dialog = page.getByRole("dialog", { name: "Continue checkout-api in prod?" });
      expect(await dialog.innerText()).toContain("moves all production traffic");
      await dialog.getByRole("button", { name: "Continue" }).click();

      const decided = cardOf(page, "checkout-api").getByText(`Continued by @${name}`);
      await decided.waitFor({ timeout: patienceMs });
      expect(await buttonOf(page, "checkout-api", "Continue").count()).toBe(0);
      expect(await writesAbout(page, "checkout-api · CONTINUE").count()).toBe(deployments);
      await page.getByText("Continue sent at").last().waitFor({ timeout: patienceMs });

      expect(errors).toEqual([]);
      const elsewhere = requests.filter(
        (url) => !url.startsWith(`${stage().demo.url}/`) && !url.startsWith("data:"),
      );
      expect(elsewhere).toEqual([]);
      await cardOf(page, "checkout-api").getByText("✅ Done").waitFor({ timeout: patienceMs });
      await page.context().close();
    },
  );

  it("asks for a reason before it rolls back, and shows it on the card", {
    timeout: patienceMs,
  }, async () => {
    const { page, errors } = await stage().open("U0JUN", "light");
    await page.getByRole("button", { name: "Nobody answers" }).click();
    await buttonOf(page, "invoices-api", "Continue").waitFor({ timeout: patienceMs });
    await buttonOf(page, "invoices-api", "Roll back").click();
    const modal = page.getByRole("dialog", { name: "Roll back" });
    await modal.getByLabel("Reason").fill("errors doubled on test traffic");
    await modal.getByRole("button", { name: "Roll back" }).click();
    await cardOf(page, "invoices-api")
      .getByText("errors doubled on test traffic")
      .first()
      .waitFor({ timeout: patienceMs });
    expect(await writesAbout(page, "invoices-api · ROLLBACK").count()).toBe(1);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("tells who won when two people press at once", { timeout: patienceMs }, async () => {
    const { page } = await stage().open("U0MARA", "light");
    await page.getByRole("button", { name: "Two people press at once" }).click();
    const told = page.locator("#hp-happenings", { hasText: "was first with" });
    await told.waitFor({ timeout: patienceMs });
    expect(await told.innerText()).toMatch(
      /AWS got one call\. Only (Mara Lind|Jun Park) reads: .*was not sent/,
    );
    expect(await writesAbout(page, "search-api").count()).toBe(1);
    await page.context().close();
  });

  it("refuses who is no approver, in private", { timeout: patienceMs }, async () => {
    const { page } = await stage().open("U0THEO", "light");
    await page.getByRole("button", { name: "A canary that two people release" }).click();
    await buttonOf(page, "payments-api", "Continue").click({ timeout: patienceMs });
    await page.locator("dialog[open]").getByRole("button", { name: "Continue" }).click();
    const refusal = page.locator("article.private", { hasText: "can continue" });
    await refusal.waitFor({ timeout: patienceMs });
    expect(await writesAbout(page, "payments-api").count()).toBe(0);
    await page.goto(`${stage().demo.url}/?as=U0MARA`);
    expect(await refusal.count()).toBe(0);
    await page.context().close();
  });

  it("hears of what happened while the plug was pulled, and says when nobody knows whether AWS heard it", {
    timeout: patienceMs,
  }, async () => {
    const { page } = await stage().open("U0MARA", "dark");
    await page.getByRole("button", { name: "Pull the plug" }).click();
    await page.getByText("The bot is down.").waitFor();
    await page.getByRole("button", { name: "The call to AWS breaks" }).click();
    await page.getByRole("textbox", { name: "Slash command" }).fill("/deploy list");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("The bot is not there").waitFor();
    await page.getByRole("button", { name: "Start it again" }).click();
    await page.getByText("The bot is running.").waitFor({ timeout: patienceMs });
    await buttonOf(page, "basket-api", "Continue").click({ timeout: patienceMs });
    await page.locator("dialog[open]").getByRole("button", { name: "Continue" }).click();
    await cardOf(page, "basket-api").getByText("❓ Not known").waitFor({ timeout: patienceMs });
    expect(await writesAbout(page, "basket-api · CONTINUE").innerText()).toContain("lost");
    await page.context().close();
  });

  it("leaves nothing behind when it is told to end", { timeout: patienceMs }, async () => {
    expect(await stage().demo.stop("SIGTERM")).toMatchObject({ code: 0, stderr: "", left: [] });
  });
});
