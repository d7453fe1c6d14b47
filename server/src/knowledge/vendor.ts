import type { EstateService } from '../estate/service.ts'
import { ProblemError } from '../http/problem.ts'
import { viewerFor, type Viewer } from '../identity/viewer.ts'

const vendors = {
  huawei: /huawei|华为/i,
  h3c: /h3c|新华三|华三/i,
  cisco: /cisco|思科/i,
  ruijie: /ruijie|锐捷/i,
}

/** Who made it, as families of articles begin; null where the viewer sees no such device, or nothing is written of it. */
export async function vendorOf(
  estate: Pick<EstateService, 'device'>,
  viewer: Viewer,
  deviceId: string,
): Promise<string | null> {
  // prettier-ignore
  try {
    const { vendor } = await estate.device(viewerFor(viewer, 'estate.read'), deviceId)
    return Object.entries(vendors).find(([, spelt]) => spelt.test(vendor ?? ''))?.[0] ?? null
  } catch (error) {
    if (error instanceof ProblemError && error.status === 404) return null
    throw error
  }
}
