/* SPDX-License-Identifier: Apache-2.0 */
/* What tests hold of the audit log. */
#pragma once

#include "audit-log.h"

/** bh_audit_log_set_minute: how long its minute is, from the next refusal on. */
void bh_audit_log_set_minute(BhAuditLog *log, guint minute_ms);
