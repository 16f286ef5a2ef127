/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input as the text of an operation, and as what stands for one in a message.
 */
#include "kind-table.h"
#include "operation-text.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const guint8 no_sig[BH_OPERATION_SIG_BYTES];

/* One spelling: what was taken is printed as it came. */
static void
check_canonical(const char *text, gsize length)
{
  g_autoptr(json_t) value = bh_operation_text_parse(text, length);
  g_autofree char *again = value != NULL ? bh_json_to_text(value) : NULL;

  if (value == NULL)
    return;
  g_assert_cmpmem(again, strlen(again), text, length);
  g_assert_true(bh_operation_text_is_value(value, BH_OPERATION_TEXT_MAX_DEPTH));
}

static void
check_operation(const BhOperation *op)
{
  g_autoptr(BhRecord) record = bh_record_new();
  g_autoptr(json_t) message = bh_operation_to_wire(op);
  g_autoptr(BhOperation) again = bh_operation_from_wire(message, NULL, NULL);

  g_assert_nonnull(again);
  g_assert_true(bh_operation_equal(op, again));
  g_assert_true(bh_operation_is_log_id(op->log_id));
  if (bh_kind_table_judge(op) != NULL)
    return;
  bh_kind_table_lift(op, record);
  g_assert_false(bh_kind_table_lift(op, record));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const char *text = size > 0 ? (const char *)data : "";
  g_autoptr(GError) error = NULL;
  g_autoptr(BhOperation) op = bh_operation_parse(text, size, no_sig, NULL, &error);
  g_autoptr(json_t) message = bh_json_parse(text, size, NULL);
  g_autoptr(BhOperation) from_wire = bh_operation_from_wire(message, "hotel-sol", NULL);

  g_assert_cmpint(op == NULL, ==, error != NULL);
  check_canonical(text, size);
  if (op != NULL)
    check_operation(op);
  if (from_wire != NULL)
    check_operation(from_wire);
  return 0;
}
