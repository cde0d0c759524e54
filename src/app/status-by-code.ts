import { alertsCodes } from '../alerts/index.ts'
import { answersCodes } from '../answers/index.ts'
import { auditCodes } from '../audit/index.ts'
import { bankCodes } from '../banks/index.ts'
import { channelsCodes } from '../channels/index.ts'
import { caseCodes } from '../cases/index.ts'
import { chatCodes } from '../chat/index.ts'
import { consentCodes } from '../consent/index.ts'
import { consoleCodes } from '../console/index.ts'
import { customersCodes } from '../customers/index.ts'
import { deskCodes } from '../desk/index.ts'
import { erasureCodes } from '../erasure/index.ts'
import { keystoreCodes } from '../keystore/index.ts'
import { linkingCodes } from '../linking/index.ts'
import { noticesCodes } from '../notices/index.ts'
import { notifyCodes } from '../notify/index.ts'
import { centreCodes } from '../privacy-centre/index.ts'
import { pushCodes } from '../push/index.ts'
import { revocationCodes } from '../revocation/index.ts'
import { staffCodes } from '../staff/index.ts'
import { statsCodes } from '../stats/index.ts'

/** The HTTP status of every module's codes (RFC 9457 problem details). */
export const statusByCode: { readonly [code: string]: number | undefined } = Object.fromEntries(
  Object.entries({
    ...alertsCodes,
    ...auditCodes,
    ...keystoreCodes,
    ...consentCodes,
    ...noticesCodes,
    ...notifyCodes,
    ...pushCodes,
    ...erasureCodes,
    ...centreCodes,
    ...revocationCodes,
    ...customersCodes,
    ...bankCodes,
    ...channelsCodes,
    ...answersCodes,
    ...linkingCodes,
    ...chatCodes,
    ...staffCodes,
    ...statsCodes,
    ...consoleCodes,
    ...deskCodes,
    ...caseCodes,
  }).map(([code, row]) => [code, row.status]),
)
