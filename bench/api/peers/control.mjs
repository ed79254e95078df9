// The protocol of bench/process: whatever line comes, the server says where it is, and it ends with its standard input.
import { createInterface } from 'node:readline'

export function serveControl(port) {
  const lines = createInterface({ input: process.stdin })
  lines.on('line', () => process.stdout.write(JSON.stringify({ address: `127.0.0.1:${port}` }) + '\n'))
  lines.on('close', () => process.exit(0))
}
