import { Worker } from 'node:worker_threads'
import { ProblemError, unprocessable } from '../../http/problem.ts'
import { unpackedOctets } from './zip-bound.ts'

/** A sheet as text, row by row; blank where a cell is empty. */
export interface Sheet {
  name: string
  rows: string[][]
}

const mostUnpacked = 50 * 1024 * 1024
const withinMs = 20_000
const heapMb = 256

/**
 * Reads a workbook in a thread of its own: one that blows up, in size or in time, takes nothing else with it.
 * Throws 422 `bad-spreadsheet`, or 413 when it would unpack to more than 50 MB.
 */
export async function readWorkbook(xlsx: Buffer): Promise<Sheet[]> {
  const size = unpackedOctets(xlsx)
  if (size === null) throw notASpreadsheet()
  if (size > mostUnpacked) throw new ProblemError(413, 'too-large')
  const worker = new Worker(new URL('./workbook-worker.ts', import.meta.url), {
    workerData: xlsx,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  })
  const answer = Promise.withResolvers<Sheet[] | null>()
  const timer = setTimeout(() => answer.resolve(null), withinMs)
  worker.once('message', answer.resolve)
  worker.once('error', () => answer.resolve(null)) // out of memory: the file's fault, not ours
  worker.once('exit', () => answer.resolve(null))
  const sheets = await answer.promise
  clearTimeout(timer)
  await worker.terminate()
  if (!sheets) throw notASpreadsheet()
  return sheets
}

const notASpreadsheet = () =>
  unprocessable('bad-spreadsheet', {
    zh: '文件不是可读取的 Excel 工作簿（.xlsx），请从模板开始填写',
    en: 'The file is not a readable Excel workbook (.xlsx): start from the template',
  })
