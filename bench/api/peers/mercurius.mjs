// Mercurius on Fastify, with queries compiled at their first use (jit), and fast-jwt or jose.
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { serveControl } from './control.mjs'
import { resolvers, typeDefs } from './labels.mjs'
import { byFastJWT, byJose } from './tokens.mjs'

const verifiers = { 'fast-jwt': byFastJWT, jose: byJose }
const verify = await verifiers[process.argv[3]]()
const app = Fastify()
await app.register(mercurius, {
  schema: typeDefs,
  resolvers,
  jit: 1,
  context: async request => ({ caller: await verify(request.headers.authorization) })
})
await app.listen({ port: 0, host: '127.0.0.1' })
serveControl(app.server.address().port)
