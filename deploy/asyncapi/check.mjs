// node check.mjs <document>: what the official AsyncAPI parser says of it; exit 1 for any error or warning.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const SEVERITIES = ["error", "warning", "info", "hint"];
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
for (const one of diagnostics) {
  console.log(`${SEVERITIES[one.severity]}  ${one.path.join("/")}: ${one.message}`);
}
const wrong = !document || diagnostics.some((one) => one.severity <= 1);
if (!wrong) {
  const counted = [document.channels(), document.operations(), document.messages()].map((all) => all.length);
  console.log(`oui · yes  asyncapi.yaml ${document.version()}: ${counted[0]} channels, ${counted[1]} operations, ${counted[2]} messages`);
}
process.exit(wrong ? 1 : 0);
