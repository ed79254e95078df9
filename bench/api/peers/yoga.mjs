// GraphQL Yoga on Node's own server, with jose. Its caches of parsed and validated documents are on, as they come.
import { createServer } from 'node:http'
import { createSchema, createYoga } from 'graphql-yoga'
import { serveControl } from './control.mjs'
import { resolvers, typeDefs } from './labels.mjs'
import { byJose } from './tokens.mjs'

const verify = byJose()
const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context: async ({ request }) => ({ caller: await verify(request.headers.get('authorization')) })
})
const server = createServer(yoga)
server.listen(0, '127.0.0.1', () => serveControl(server.address().port))
