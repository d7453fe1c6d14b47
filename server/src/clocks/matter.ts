import type { Db } from '../db/database.ts'
import type { TicketRow } from '../desk/contract.ts'
import type { DeskService } from '../desk/service.ts'
import type { EstateModel } from '../estate/model.ts'
import type { IdentityService } from '../identity/service.ts'
import type { Matter } from './rulebook.ts'

interface Deps {
  desk: Pick<DeskService, 'entitiesOf'>
  identity: Pick<IdentityService, 'regionsNamed'>
  model: () => EstateModel
}

/** What a ticket's targets are chosen by: its own fields, its region, the lines that cause it. */
export const matterOf =
  ({ desk, identity, model }: Deps) =>
  async (tx: Db, ticket: TicketRow): Promise<Matter> => {
    const region = (await identity.regionsNamed([ticket.region_id], tx)).get(ticket.region_id)
    const entities = (await desk.entitiesOf([ticket.id], tx)).get(ticket.id) ?? []
    const { circuits } = model()
    const lines = entities.flatMap(({ id, role }) => (role === 'cause' && circuits.get(id)) || [])
    return {
      kind: ticket.kind,
      priority: ticket.priority,
      serviceId: ticket.service_id,
      category: ticket.category,
      lineage: region?.path.split('/').filter(Boolean) ?? [],
      tier: region?.tier ?? 'province',
      carriers: [...new Set(lines.flatMap(({ carrier, carrierId }) => [carrier, carrierId]))],
      accesses: [...new Set(lines.map(({ access }) => access))],
    }
  }
