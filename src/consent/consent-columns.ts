import { z } from 'zod'
import { channelNames, dataClasses, disclosures, isInstitutionId, isUuid, purposes } from '../kernel/index.ts'
import type {
  AuditEntryId,
  ConversationId,
  CustomerId,
  GrantId,
  InstitutionId,
  SealedAnswerId,
  TermsId,
} from '../kernel/index.ts'

function uuidOf<Kind extends string>(): z.ZodType<Kind> {
  return z.custom<Kind>((value) => typeof value === 'string' && isUuid(value))
}

/** How this module's columns come out of the database, each as its own type. */
export const columns = {
  auditEntryId: uuidOf<AuditEntryId>(),
  conversationId: uuidOf<ConversationId>(),
  customerId: uuidOf<CustomerId>(),
  grantId: uuidOf<GrantId>(),
  sealedAnswerId: uuidOf<SealedAnswerId>(),
  termsId: uuidOf<TermsId>(),
  institutionId: z.custom<InstitutionId>((value) => typeof value === 'string' && isInstitutionId(value)),
  channel: z.enum(channelNames),
  dataClass: z.enum(dataClasses),
  purpose: z.enum(purposes),
  disclosure: z.enum(disclosures),
}
