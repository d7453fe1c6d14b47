import type { Link, Region } from '@zongheng/server/api.ts'
import { untrack } from 'svelte'
import { language } from '../i18n/index.svelte.ts'
import { links } from '../links.svelte.ts'
import { scope } from '../scope.svelte.ts'
import { ringOrder } from './bearing.ts'
import { callouts, type Pin } from './callouts.ts'
import { findings, type Finding } from './findings.ts'
import { radial, type Point, type Radial } from './radial.ts'
import { shortName } from '@zongheng/inventory/short-name.ts'
import { tierTree, type TierTree } from './tree.ts'

const pitch = 38
/** Room for a callout's words beside the map; English needs more of it. */
const insets = { zh: 148, en: 166 }

/** Narrower than this the map stands alone: no callouts, they become a list below it. */
const calloutsFrom = 700

/** The map of the scope, laid out for the room it has. */
export class TierMapModel {
  width = $state(0)
  height = $state(0)
  roomy = $derived(this.width >= calloutsFrom)
  inset = $derived(insets[language.locale])
  /** Changes only when links come or go, so that a state change moves nothing. */
  #structure = $derived(
    links.inScope.map((link) => `${link.id}${link.upperSite.id}${link.lowerSite.id}`).join(' '),
  )
  tree = $derived.by(() => {
    void this.#structure
    const region = scope.region?.id ?? null
    return untrack(() => tierTree(links.inScope, region, regionOrder))
  })
  map: Radial | null = $derived.by(() => {
    if (!this.tree || this.width < 100 || this.height < 100) return null
    const margin = this.roomy ? this.inset + 27 : 14
    return radial(this.tree, { width: this.width, height: this.height, margin }, shortName)
  })
  /** Who is in the middle: the scope itself, or what is above it when it has nothing below. */
  middle = $derived(this.tree ? middleOf(this.tree) : null)
  findings = $derived(findings(links.inScope))
  #anchors = $derived(this.map ? anchorsOf(this.map) : new Map<string, Anchor>())
  callouts = $derived.by(() => {
    if (!this.map || !this.roomy) return { shown: [], leftOver: this.findings }
    const pins = this.findings.map((finding) => this.#pin(finding, this.map!))
    return callouts(pins, this.map, this.width, {
      top: 26,
      crumbs: scope.narrowed || !scope.root ? 36 : 0,
      bottom: this.height - 34,
      legend: 34,
      pitch,
      inset: this.inset,
    })
  })

  /** A group is pinned to the middle one of its members. */
  #pin(finding: Finding, map: Radial): Pin<Finding> {
    const found = finding.members.flatMap((link) => this.#anchors.get(link.id) ?? [])
    const anchor = found[Math.floor(found.length / 2)] ?? { point: map.centre, angle: 0 }
    return { item: finding, rank: finding.rank, anchor: anchor.point, angle: anchor.angle }
  }
}

interface Anchor {
  point: Point
  angle: number
}

function anchorsOf(map: Radial): Map<string, Anchor> {
  const anchors = new Map<string, Anchor>()
  for (const branch of map.branches) {
    anchors.set(branch.node.linkId, { point: branch, angle: branch.angle })
    for (const leaf of branch.leaves) anchors.set(leaf.node.linkId, { point: leaf, angle: leaf.angle })
  }
  return anchors
}

const regionOrder = (regionId: string) => ringOrder(scope.byId.get(regionId)?.code ?? '')

/** The region of a site that a link leads down to. */
function regionAt(siteId: string): Region | undefined {
  const link = links.byLowerSite.get(siteId)
  return link ? scope.byId.get(link.region.id) : undefined
}

/** The region at the upper end of a link; unknown when it lies above all one may see. */
function regionAbove(link: Link): Region | undefined {
  const lower = scope.byId.get(link.region.id)
  return regionAt(link.upperSite.id) ?? scope.byId.get(lower?.managingParentId ?? lower?.parentId ?? '')
}

/** The upper end of a link, in short; from the link's own name when its region is not to be seen. */
export const upperName = (link: Link) =>
  shortName(regionAbove(link)?.name ?? link.name.split('–')[0] ?? link.name)

function middleOf(tree: TierTree): { name: string; tier: Region['tier'] | 'above' } | null {
  const first = links.byId.get(tree.branches[0]?.linkId ?? '')
  if (!first) return null
  const { name, tier } = regionAbove(first) ?? { name: upperName(first), tier: 'above' as const }
  return { name: name.length <= 3 ? name : shortName(name), tier }
}

/** `石家庄–正定县`: the upper end in short, the lower as it is called. */
export const shortTitle = (link: Link) => `${upperName(link)}–${link.region.name}`
