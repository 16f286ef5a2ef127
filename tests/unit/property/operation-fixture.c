/* SPDX-License-Identifier: Apache-2.0 */
#include "operation-fixture.h"

#include <string.h>

static void
sign(gpointer key, const guint8 *bytes, gsize length, guint8 *sig64)
{
  memset(sig64, 0, BH_OPERATION_SIG_BYTES);
  memcpy(sig64, bytes, MIN(length, BH_OPERATION_SIG_BYTES));
}

static gboolean
verify(const guint8 *public_key, const guint8 *bytes, gsize length, const guint8 *sig64)
{
  guint8 expected[BH_OPERATION_SIG_BYTES];

  sign(NULL, bytes, length, expected);
  return memcmp(expected, sig64, sizeof expected) == 0;
}

const BhOperationSigning fixture_signing = {sign, verify};

char *
fixture_log(guint i)
{
  return g_strdup_printf("LogNumber-%012u", i);
}

json_t *
fixture_json(const char *text)
{
  g_autofree char *quoted = g_strdelimit(g_strdup(text), "'", '"');
  json_t *value = bh_json_parse(quoted, strlen(quoted), NULL);

  if (value == NULL)
    g_error("This is not JSON: %s", text);
  return value;
}

BhOperation *
fixture_operation_of(BhRole role, guint log, gint64 seq, gint64 ms, const char *kind,
                     const char *entity, json_t *body)
{
  g_autofree char *log_id = fixture_log(log);
  const BhOperationDraft draft = {.log_id = log_id,
                                  .seq = seq,
                                  .device_id = FIXTURE_DEVICE,
                                  .role = role,
                                  .hlc_ms = FIXTURE_NOW_MS + ms,
                                  .tenant_id = FIXTURE_TENANT,
                                  .kind = kind,
                                  .entity = entity,
                                  .body = body};
  g_autoptr(GError) error = NULL;
  BhOperation *op = bh_operation_new(&draft, &fixture_signing, NULL, &error);

  g_assert_no_error(error);
  return op;
}

BhOperation *
fixture_operation(guint log, gint64 seq, gint64 ms, const char *kind, const char *entity,
                  const char *body)
{
  g_autoptr(json_t) value = fixture_json(body);

  /* The hub may all that is written into logs. */
  return fixture_operation_of(BH_ROLE_HUB, log, seq, ms, kind, entity, value);
}
