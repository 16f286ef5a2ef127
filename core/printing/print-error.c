/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "print-queue-private.h"

G_DEFINE_QUARK(bh_print_error_quark, bh_print_error)

GError *
bh_print_error_translate(GError *error)
{
  GError *translated;

  if (error->domain == BH_PRINT_ERROR)
    return error;
  translated = g_error_new(BH_PRINT_ERROR, BH_PRINT_ERROR_FAILED, "the job could not be kept: %s",
                           error->message);
  g_error_free(error);
  return translated;
}
