/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "ice-context.h"

struct _BhIceContext {
  GMainContext *main_context;
};

BhIceContext *
bh_ice_context_new(GSourceOnceFunc after_turn, gpointer user_data, GError **error)
{
  BhIceContext *self = g_new0(BhIceContext, 1);

  self->main_context = g_main_context_ref_thread_default();
  return self;
}

void
bh_ice_context_free(BhIceContext *self)
{
  g_main_context_unref(self->main_context);
  g_free(self);
}

GMainContext *
bh_ice_context_get(BhIceContext *self)
{
  return self->main_context;
}

gboolean
bh_ice_context_is_in_turn(BhIceContext *self)
{
  return FALSE;
}

void
bh_ice_context_touch(BhIceContext *self)
{
}
