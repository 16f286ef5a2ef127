/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "property-error.h"

#include "store.h"

G_DEFINE_QUARK(bh_property_error_quark, bh_property_error)

GError *
bh_property_error_from_store(GError *error)
{
  BhPropertyError code = BH_PROPERTY_ERROR_FAILED;
  GError *ours;

  if (error->domain == BH_PROPERTY_ERROR)
    return error;
  if (g_error_matches(error, BH_STORE_ERROR, BH_STORE_ERROR_FULL))
    code = BH_PROPERTY_ERROR_FULL;
  else if (g_error_matches(error, BH_STORE_ERROR, BH_STORE_ERROR_CLOSED))
    code = BH_PROPERTY_ERROR_CLOSED;
  ours = g_error_new_literal(BH_PROPERTY_ERROR, (gint)code, error->message);
  g_error_free(error);
  return ours;
}
