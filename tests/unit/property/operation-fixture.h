/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operation-fixture: operations as a test wants them, without a real signature.
 */
#pragma once

#include "operation.h"

#define FIXTURE_TENANT "hotel-sol"
#define FIXTURE_DEVICE "01936f00-0000-7000-8000-0000000000d1"
#define FIXTURE_NOW_MS G_GINT64_CONSTANT(1764000000000)

/* Signs with the first bytes of what is signed, whoever the key is of. */
extern const BhOperationSigning fixture_signing;

/* Returns: (transfer full): the id of log @i of a test: 22 characters, sorted by @i */
char *fixture_log(guint i);

/* Returns: (transfer full): JSON from text in which ' stands for " */
json_t *fixture_json(const char *text);

/*
 * Returns: (transfer full): operation @seq of log @log, of a role that is allowed to, at
 * FIXTURE_NOW_MS + @ms
 */
BhOperation *fixture_operation(guint log, gint64 seq, gint64 ms, const char *kind,
                               const char *entity, const char *body);
BhOperation *fixture_operation_of(BhRole role, guint log, gint64 seq, gint64 ms, const char *kind,
                                  const char *entity, json_t *body);
