import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import { Job, NewRun, PlaybookList, SshCredentialInput } from './schema.ts'
import type { AutomationService } from './service.ts'

const tags = ['automation']

export function automationRoutes(automation: AutomationService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/playbooks', {
      config: { permission: 'automation.read' },
      schema: { tags, summary: 'Playbooks', response: { 200: PlaybookList } },
      handler: async () => ({ items: await automation.playbooks() }),
    })

    app.post('/runs', {
      config: { permission: 'automation.run' },
      schema: { tags, summary: 'Run a playbook on a device', body: NewRun, response: { 202: Job } },
      handler: async (request, reply) =>
        reply.code(202).send(await automation.run(request.viewer, request.body)),
    })

    app.get('/jobs/:id', {
      config: { permission: 'automation.read' },
      schema: { tags, summary: 'A job and what came of it', params: IdParams, response: { 200: Job } },
      handler: (request) => automation.job(request.viewer, request.params.id),
    })

    app.post('/jobs/:id/cancel', {
      config: { permission: 'automation.run' },
      schema: { tags, summary: 'Cancel a job', params: IdParams, response: { 200: Job } },
      handler: (request) => automation.cancel(request.viewer, request.params.id),
    })

    app.put('/devices/:id/ssh-credential', {
      config: { permission: 'estate.write' },
      schema: {
        tags,
        summary: 'Set how to sign in on a device',
        params: IdParams,
        body: SshCredentialInput,
        response: { 204: Type.Null() },
      },
      handler: async (request, reply) => {
        await automation.setSshCredential(request.viewer, request.params.id, request.body)
        return reply.code(204).send(null)
      },
    })
  }
}
