/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTrayDesk: what the icon in the panel shows of the house, and what its menu does: actions of the
 * application, `show', `pause' and `quit'.
 */
#pragma once

#include <gio/gio.h>

#include "house-model.h"

typedef struct _BhTrayDesk BhTrayDesk;

/** bh_tray_desk_new: references @model; @actions outlives it. */
BhTrayDesk *bh_tray_desk_new(BhHouseModel *model, GActionGroup *actions);
void bh_tray_desk_free(BhTrayDesk *desk);

/** bh_tray_desk_is_seen: whether a person sees the icon now. */
gboolean bh_tray_desk_is_seen(BhTrayDesk *desk);

/** bh_tray_desk_steal_activation_token: see bh_tray_steal_activation_token(). */
char *bh_tray_desk_steal_activation_token(BhTrayDesk *desk);
