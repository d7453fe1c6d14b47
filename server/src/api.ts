/** The types of the API, for the console. Types only: nothing of the server reaches the browser. */
export type { Fact as RequestFact } from './approvals/fact.ts'
export type { ApprovalPlan, ApprovalStep, AskedApproval, Deputy, NewDeputy } from './approvals/schema.ts'
export type {
  FoundRecord,
  Item as CatalogueItem,
  NewItem as NewCatalogueItem,
  Offered as CatalogueOffered,
  NewReceipt,
  RequestFacts,
} from './catalogue/schema.ts'
export type { Task, TaskPlan } from './tasks/schema.ts'
export type { Drill, NewDrill } from './drills/schema.ts'
export type { Alarm, AlarmCounts, AlarmDetail, AlarmHistoryEvent } from './alarms/schema.ts'
export type { IncidentPolicyView, NewIncidentPolicy } from './alarms/policy-schema.ts'
export type { Booking, BookingWarning, NewBooking } from './bookings/schema.ts'
export type {
  Assessment,
  ChangeConflict,
  ChangeModel,
  ChangePlan,
  Freeze,
  NewFreeze,
  PlanCalendar,
} from './changes/schema.ts'
export type { ChangeBrief, ChangeDetail, ChangePatch, NewChange } from './changes/ticket-schema.ts'
export type {
  Calendar as ServiceCalendar,
  CalendarYear,
  EscalationRule,
  EscalationStep,
  NewCalendar as NewServiceCalendar,
  NewEscalation as NewEscalationRule,
  NewTarget as NewServiceTarget,
  ServiceClock,
  Target as ServiceTarget,
} from './clocks/schema.ts'
export type { DeviceExplanation, ProfileCoverage } from './profiles/schema.ts'
export type { NewPoint, Point, PointImportResult, PointPatch } from './points/schema.ts'
export type {
  Connection,
  ConnectionEnd,
  DeviceSurroundings,
  Difference,
  LinkProposal,
  ProposedCircuit,
  TopologyAnswer as Topology,
} from './topology/schema.ts'
export type { DeviceStations, FoundStation, Hanging } from './stations/schema.ts'
export type { Accepting, Discovery, Find, NewDiscovery } from './discovery/schema.ts'
export type { MaintenanceWindow, NewWindow, WindowCalendar, WindowPreview } from './windows/schema.ts'
export type {
  CauseInput,
  CircuitMonth,
  Outage as CircuitOutage,
  Statement as AvailabilityStatement,
} from './availability/schema.ts'
export type { Job, NewRun, Playbook, SshCredentialInput } from './automation/schema.ts'
export type {
  NewService as NewBusinessService,
  Service as BusinessService,
  ServicePatch as BusinessServicePatch,
  ServicesHit,
  ServiceTree,
  TreeEdge as ServiceTreeEdge,
  TreeNode as ServiceTreeNode,
} from './business/schema.ts'
export type { NewRelation, Relation } from './relations/schema.ts'
export type {
  Air as RoomAir,
  NewRoom,
  Placing,
  PowerNode,
  Rack,
  Room,
  RoomSummary,
  Ups as RoomUps,
} from './rooms/schema.ts'
export type { Check, CheckPatch, CheckPoint, CheckTrial, NewCheck } from './checks/schema.ts'
export type {
  DefaultCondition,
  EffectiveCondition,
  NewRule as NewConditionRule,
  Rule as ConditionRule,
  Trial as ConditionTrial,
  TrialPart as ConditionTrialPart,
} from './conditions/schema.ts'
export type { Fault, NewFault } from './demo/schema.ts'
export type { NewTicket, Ticket, TicketDetail, TimelineEntry } from './desk/schema.ts'
export type { TicketCounts } from './desk/list-schema.ts'
export type { BulkAct, BulkResult, TicketPatch } from './desk/schema-keeping.ts'
export type { EscalationTarget, Related as RelatedTickets, TicketLine } from './desk/schema-together.ts'
export type { Blank as AnswerBlank } from './desk/blanks.ts'
export type { CannedAnswer, FilledAnswer, SavedView } from './desk/schema-answers.ts'
export type { Board as DeskBoard } from './desk/schema-board.ts'
export type {
  Device,
  DeviceDetail,
  Evidence,
  ImportResult,
  Interface,
  Link,
  LinkCircuit,
  LinkDetail,
  NewDevice,
  NewLink,
  Region,
  Sensor,
  Site,
} from './estate/schema.ts'
export type { AuditArchive, AuditRecord, AuditRecordDetail, AuditVerdict } from './audit/schema.ts'
export type {
  ApiToken,
  CreatedApiToken,
  MyAccount,
  MyAccountPatch,
  NewApiToken,
  RecoveryCodes,
  Session,
  TotpOffer,
} from './identity/account/account-schema.ts'
export type {
  Grant,
  NewGrant,
  NewUser,
  RegionSummary,
  Right,
  Team,
  User,
  UserDetail,
  UserPatch,
} from './identity/admin-schema.ts'
export type { ImpactAnswer, TakenOver, WeakPoint } from './impact/schema.ts'
export type { Mail, Mailbox, MailboxTested, NewMailbox, RatedByLink } from './mail/schema.ts'
export type {
  ChannelView,
  DeliveryView,
  DutyView,
  NewChannel,
  NewRoster,
  NewRoute,
  Notice,
  NoticePage,
  Preview,
  RosterView,
  RouteView,
} from './notify/schema.ts'
export type { Preferences as NotifyPreferences } from './notify/preference.ts'
export type { PasswordRules, Policy } from './identity/policy/policy-schema.ts'
export type {
  IdentityProvider,
  IdentityProviderPatch,
  NewIdentityProvider,
  ProviderTestResult,
} from './identity/providers/schema.ts'
export type { Permission, Role } from './identity/roles.ts'
export type { Me, SignInOptions } from './identity/schema.ts'
export type { CircuitReading, ConsoleToServer, ServerToConsole } from './realtime/events.ts'
export type { Percentile, Ranking, Series, VolumeOfPeriod } from './series/schema.ts'
export type { LogAction, LogMatch, LogRecord, LogRule, LogRulePatch, NewLogRule } from './listening/schema.ts'
export type { Setup, SetupStatus } from './setup/schema.ts'
export type {
  Collector,
  CollectorDetail,
  CollectorPatch,
  CollectorRelease,
  CollectorToken,
  NewCollector,
} from './uplink/schema.ts'
export type { Availability, Bands, StateChange, StateSpan } from './state/schema.ts'
export type { File as AttachedFile } from './files/schema.ts'
export type {
  Article,
  ArticleDetail,
  ArticleHits,
  ArticleVersion,
  Base as ArticleBase,
  Gaps,
  NewArticle,
  Readers,
} from './knowledge/schema.ts'
export type { Found } from './search/schema.ts'
export type { Category as ArticleCategory } from './knowledge/library.ts'
export type {
  KnownError,
  NewProblem,
  ProblemBrief,
  ProblemDetail,
  ProblemPatch,
  ProblemSuggestion,
} from './problems/schema.ts'
export type { NewReport as NewPortalReport, PortalHome } from './portal/schema.ts'
export type {
  HotlineCall,
  HotlineCaller,
  HotlineNumber,
  NewHotlineTicket,
  Situation as HotlineSituation,
} from './hotline/schema.ts'
