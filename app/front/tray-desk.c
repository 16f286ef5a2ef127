/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "tray-desk.h"

#include <glib/gi18n.h>

#include "tray.h"

enum { ITEM_ICON, ITEM_OPEN, ITEM_PAIR, ITEM_PAUSE, ITEM_QUIT };

struct _BhTrayDesk {
  BhTray *tray;
  BhHouseModel *model;
  GActionGroup *actions; /* borrowed */
};

static BhTrayFace
choose_face(BhHouseState state)
{
  switch (state) {
  case BH_HOUSE_STARTING:
  case BH_HOUSE_WELL:
    return BH_TRAY_WELL;
  case BH_HOUSE_ATTENTION:
    return BH_TRAY_ATTENTION;
  case BH_HOUSE_PAUSED:
  case BH_HOUSE_STOPPED:
  case BH_HOUSE_LOST:
  default:
    return BH_TRAY_STOPPED;
  }
}

static void
show_menu(BhTrayDesk *self, BhHouseState state)
{
  gboolean resting = state == BH_HOUSE_PAUSED || state == BH_HOUSE_STOPPED;
  const BhTrayItem items[] = {
      {ITEM_OPEN, _("Open Bellhop"), TRUE},
      {ITEM_PAIR, _("Pair a device"), state == BH_HOUSE_WELL || state == BH_HOUSE_ATTENTION},
      {0, NULL, FALSE},
      {ITEM_PAUSE, resting ? _("Go on") : _("Pause"),
       g_action_group_get_action_enabled(self->actions, "pause")},
      {ITEM_QUIT, _("Quit"), TRUE},
  };

  bh_tray_set_items(self->tray, items, G_N_ELEMENTS(items));
}

static void
on_changed(BhHouseModel *model, BhTrayDesk *self)
{
  BhHouseState state = bh_house_model_get_state(model);

  bh_tray_set_face(self->tray, choose_face(state), bh_house_model_get_sentence(model));
  show_menu(self, state);
}

static void
on_activated(BhTray *tray, guint item, BhTrayDesk *self)
{
  switch (item) {
  case ITEM_ICON:
  case ITEM_OPEN:
    g_action_group_activate_action(self->actions, "show", g_variant_new_string(""));
    break;
  case ITEM_PAIR:
    g_action_group_activate_action(self->actions, "show", g_variant_new_string("pair"));
    break;
  case ITEM_PAUSE:
    g_action_group_activate_action(self->actions, "pause", NULL);
    break;
  case ITEM_QUIT:
  default:
    g_action_group_activate_action(self->actions, "quit", NULL);
  }
}

gboolean
bh_tray_desk_is_seen(BhTrayDesk *desk)
{
  return bh_tray_is_seen(desk->tray);
}

char *
bh_tray_desk_steal_activation_token(BhTrayDesk *desk)
{
  return bh_tray_steal_activation_token(desk->tray);
}

BhTrayDesk *
bh_tray_desk_new(BhHouseModel *model, GActionGroup *actions)
{
  BhTrayDesk *desk = g_new0(BhTrayDesk, 1);

  desk->tray = bh_tray_new(_("Bellhop"));
  desk->model = g_object_ref(model);
  desk->actions = actions;
  g_signal_connect(desk->tray, "activated", G_CALLBACK(on_activated), desk);
  g_signal_connect(model, "changed", G_CALLBACK(on_changed), desk);
  on_changed(model, desk);
  return desk;
}

void
bh_tray_desk_free(BhTrayDesk *desk)
{
  g_signal_handlers_disconnect_by_data(desk->model, desk);
  g_signal_handlers_disconnect_by_data(desk->tray, desk);
  bh_tray_close(desk->tray);
  g_object_unref(desk->tray);
  g_object_unref(desk->model);
  g_free(desk);
}
