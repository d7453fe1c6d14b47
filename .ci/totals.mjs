// Names what failed and adds up vitest's JSON reports and the steps' outcomes: `N passed, N failed`.
// node .ci/totals.mjs RESULTS_DIR STEPS_PASSED STEPS_FAILED
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [dir, stepsPassed, stepsFailed] = process.argv.slice(2)
const reports = readdirSync(dir).map((name) => JSON.parse(readFileSync(join(dir, name), 'utf8')))
const sum = (key) => reports.reduce((total, report) => total + report[key], 0)
for (const { name, assertionResults } of reports.flatMap((report) => report.testResults))
  for (const { status, fullName, failureMessages } of assertionResults)
    if (status === 'failed')
      console.log(`failed: ${name}: ${fullName}\n  ${failureMessages[0]?.slice(0, 1500)}`)
console.log(
  `${sum('numPassedTests') + Number(stepsPassed)} passed, ${sum('numFailedTests') + Number(stepsFailed)} failed`,
)
