// The least that does helm's work without its record: read a spec, ask the worker, ask the
// verifier, write metadata.json and the report. Called as: node loop.mjs AGENT SPEC_FOLDER
import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

const [agent, folder] = process.argv.slice(2);
const read = (...parts) => readFile(join(...parts), "utf8");

function ask(prompt, flags) {
  return new Promise((resolve, reject) => {
    const child = spawn(agent, ["exec", "--skip-git-repo-check", ...flags, "-"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const parts = [];
    child.stdout.on("data", (part) => {
      parts.push(part);
      process.stdout.write(part);
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0
        ? resolve(Buffer.concat(parts).toString())
        : reject(new Error(`the agent ended with ${code}`)),
    );
    child.stdin.end(prompt);
  });
}

function parseVerdict(answer) {
  const [first, second] = answer.split("\n").filter((line) => line.trim());
  const status = /^STATUS: (ok|missing)$/.exec(first?.trim() ?? "")?.[1];
  if (!status) throw new Error("the verdict cannot be read");
  return { status, tasks: JSON.parse(second).remainingTasks ?? [] };
}

const [body, metadataText, implement, review] = await Promise.all([
  read(folder, "SPEC.md"),
  read(folder, "metadata.json"),
  read(dirname(folder), "implement.prompt-template.md"),
  read(dirname(folder), "review.prompt-template.md"),
]);
const metadata = JSON.parse(metadataText);
const id = metadata.id ?? basename(folder);
const commands = (metadata.acceptanceCommands ?? []).map((each) => `- ${each}`).join("\n");
const shared = {
  SPEC_ID: id,
  SPEC_NAME: metadata.name,
  SPEC_BODY: body,
  ACCEPTANCE_COMMANDS: commands || "- (none specified)",
  MODE: "strict",
};
const render = (template, values) =>
  template.replace(/\{\{([A-Z_]+)\}\}/g, (found, name) => values[name] ?? found);

const attempts = 2;
let tasks = [];
let attempt = 0;
let status = "missing";
let report = "";
while (status !== "ok" && attempt < attempts) {
  attempt += 1;
  const left = JSON.stringify(tasks, null, 2);
  report = await ask(render(implement, { ...shared, PREVIOUS_REMAINING_TASKS: left }), []);
  const judged = { ...shared, ACCEPTANCE_CHECKLIST: "", IMPLEMENTATION_REPORT: report };
  const answer = await ask(render(review, judged), ["--sandbox", "read-only"]);
  ({ status, tasks } = parseVerdict(answer));
  metadata.status = status === "ok" ? "done" : "in-progress";
  metadata.lastRun = new Date().toISOString();
  const told = status === "ok" ? "ok" : `remaining tasks: ${tasks.join("; ")}`;
  const note = `[${metadata.lastRun}] attempt ${attempt} status=${status}: ${told}`;
  metadata.notes = metadata.notes ? `${metadata.notes}\n${note}` : note;
  await writeFile(join(folder, "metadata.json"), JSON.stringify(metadata, null, 2) + "\n");
}
await writeFile(
  join(folder, "implementation-report.md"),
  `# Implementation Report for ${id} — ${metadata.name}\n\n` +
    `- Mode: strict\n- Max attempts: ${attempts}\n- Attempts used: ${attempt}\n` +
    `- Final verifier status: ${status}\n\n## Remaining tasks\n\n` +
    `${JSON.stringify(tasks, null, 2)}\n\n## Final worker output\n\n${report}\n`,
);
process.exitCode = status === "ok" ? 0 : 1;
