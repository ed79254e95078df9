// What the driver tells a server: a file of JSON that is named on the command line.
import { readFileSync } from 'node:fs'

export const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'))
