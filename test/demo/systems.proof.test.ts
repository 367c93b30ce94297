/** CodeDeploy, AppConfig and Proton on the demo's page, in a real browser: answered by button and by command. */

import { expect, it } from "vitest";
import { buttonIn, buttonOf, cardOf, command, inBrowser, patienceMs, run, writesAbout } from "./browser.ts";

inBrowser("the systems beside ECS", (stage) => {
  it("moves the traffic of CodeDeploy by button, and ends its old servers by command", {
    timeout: patienceMs,
  }, async () => {
    const { page, requests, errors } = await stage().open("U0MARA", "light");
    await run(page, "AWS CodeDeploy", "Servers with two fleets");
    await buttonOf(page, "storefront", "Continue").click();
    const dialog = page.getByRole("dialog", { name: "Continue storefront in prod?" });
    expect(await dialog.innerText()).toContain("moves traffic to the new instances");
    await dialog.getByRole("button", { name: "Continue" }).click();

    await cardOf(page, "storefront").getByText("⌛ Old version kept").waitFor();
    expect(await buttonOf(page, "storefront", "Roll back").count()).toBe(1);
    expect(await writesAbout(page, "storefront · READY_WAIT").count()).toBe(1);
    await command(page, "/deploy terminate-old storefront");
    await cardOf(page, "storefront").getByText("✅ Done").waitFor();
    expect(await writesAbout(page, "storefront · TERMINATION_WAIT").innerText()).toContain(
      "ContinueDeployment",
    );
    await page.locator("#hp-bus", { hasText: "confirmed terminate-old · storefront in prod" }).waitFor();

    expect(errors).toEqual([]);
    const elsewhere = requests.filter(
      (url) => !url.startsWith(`${stage().demo.url}/`) && !url.startsWith("data:"),
    );
    expect(elsewhere).toEqual([]);
    await page.context().close();
  });

  it("holds a Lambda function where the shipped hook function was called, until a command answers", {
    timeout: patienceMs,
  }, async () => {
    const { page, errors } = await stage().open("U0JUN", "dark");
    await run(page, "AWS CodeDeploy", "A Lambda function held by a hook");
    await buttonOf(page, "receipts", "Continue").waitFor();
    expect(await cardOf(page, "receipts").innerText()).toContain("hook receipts-before-traffic");
    await command(page, "/deploy continue receipts");
    await cardOf(page, "receipts").getByText("✅ Done").waitFor();
    expect(await cardOf(page, "receipts").innerText()).toContain("Continued by @Jun Park");
    expect(await writesAbout(page, "receipts · Succeeded").innerText()).toContain(
      "PutLifecycleEventHookExecutionStatus",
    );
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("takes configurations back: by command while one rolls out, by button when one was a mistake, and AWS by alarm", {
    timeout: patienceMs,
  }, async () => {
    const { page, errors } = await stage().open("U0MARA", "dark");
    await run(page, "AWS AppConfig", "An alarm goes off");
    await run(page, "AWS AppConfig", "A configuration rolls out");
    await run(page, "AWS AppConfig", "A configuration that was a mistake");

    await buttonOf(page, "shop/production", "Cancel and roll back").waitFor();
    await command(page, "/deploy cancel shop/production");
    await cardOf(page, "shop/production").getByText("⏪ Rolled back").waitFor();
    expect(await cardOf(page, "shop/production").innerText()).toContain("All targets get version 6 again.");
    expect(await writesAbout(page, "shop · production").allInnerTexts()).toEqual([
      expect.stringMatching(/StopDeployment\s+shop · production · DeploymentNumber 2$/),
    ]);

    await buttonOf(page, "search/production", "Revert to version 6").click();
    const modal = page.getByRole("dialog", { name: "Revert to version 6" });
    await modal.getByLabel("Reason").fill("search finds nothing");
    await modal.getByRole("button", { name: "Revert to version 6" }).click();
    await cardOf(page, "search/production").getByText("⏪ Rolled back").waitFor();
    expect(await cardOf(page, "search/production").innerText()).toContain("search finds nothing");
    expect(await writesAbout(page, "search · production").innerText()).toContain("AllowRevert true");

    await cardOf(page, "pricing/production").getByText("⏪ Rolled back by AppConfig:").waitFor();
    expect(await writesAbout(page, "pricing").count()).toBe(0);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("shows both curves before it saves a strategy, and sends only what changed", {
    timeout: patienceMs,
  }, async () => {
    const { page, errors } = await stage().open("U0MARA", "light");
    await run(page, "AWS AppConfig", "How fast it rolls out");
    await buttonOf(page, "banners/production", "Edit strategy").click();
    const form = page.getByRole("dialog", { name: "Edit strategy" });
    await form.getByLabel("Growth factor").fill("10");
    await form.getByLabel("Growth type").selectOption({ label: "Exponential" });
    await form.getByRole("button", { name: "Preview" }).click();

    const preview = page.locator("article.private", { hasText: "Preview: strategy Steady" });
    await preview.waitFor();
    expect(await preview.locator("svg.slack_blocks_to_jsx__data_visualization_chart").count()).toBe(1);
    expect(await preview.innerText()).toMatch(/Growth factor: 20% → 10%\s+Growth type: linear → exponential/);
    expect(await writesAbout(page, "UpdateDeploymentStrategy").count()).toBe(0);
    await buttonIn(preview, "Save for new deployments").click();
    const question = page.getByRole("dialog", { name: "Save strategy Steady?" });
    await question.getByRole("button", { name: "Save" }).click();
    await page.locator("article.private", { hasText: "Saved and confirmed." }).waitFor();
    expect(await writesAbout(page, "UpdateDeploymentStrategy").allInnerTexts()).toEqual([
      expect.stringMatching(/Steady · GrowthFactor 10 · GrowthType EXPONENTIAL$/),
    ]);

    await command(page, "/deploy strategy edit Steady");
    expect(await form.getByLabel("Growth factor").inputValue()).toBe("10");
    await form.getByRole("button", { name: "Preview" }).click();
    await form.getByText("Nothing is changed.").waitFor();
    await form.getByRole("button", { name: "Not now" }).click();
    await form.waitFor({ state: "detached" });
    expect(await writesAbout(page, "UpdateDeploymentStrategy").count()).toBe(1);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("cancels in Proton by button, and says when a cancel by command came too late", {
    timeout: patienceMs,
  }, async () => {
    const { page, errors } = await stage().open("U0JUN", "light");
    await run(page, "AWS Proton", "A service instance to cancel");
    await run(page, "AWS Proton", "A cancel that comes too late");
    await buttonOf(page, "orders/blue", "Cancel").click();
    const dialog = page.getByRole("dialog", { name: "Cancel orders/blue in emea?" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await buttonOf(page, "orders/green", "Cancel").waitFor();
    await command(page, "/deploy cancel orders/green");

    await cardOf(page, "orders/blue").getByText("⏹️ Stopped").waitFor();
    await cardOf(page, "orders/green").getByText("✅ Done").waitFor();
    expect(await cardOf(page, "orders/green").innerText()).toContain("came too late");
    for (const instance of ["orders · blue", "orders · green"]) {
      expect(await writesAbout(page, instance).allInnerTexts()).toEqual([
        expect.stringContaining("CancelServiceInstanceDeployment"),
      ]);
    }
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
