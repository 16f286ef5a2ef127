/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhBackupBox: the part of the settings that is about backups: whether there is one every night,
 * where it goes, what opens it, how the last one went, and one at once. Each change counts at once.
 */
#pragma once

#include <gtk/gtk.h>

#include "house-model.h"

#define BH_TYPE_BACKUP_BOX (bh_backup_box_get_type())
G_DECLARE_FINAL_TYPE(BhBackupBox, bh_backup_box, BH, BACKUP_BOX, GtkBox)

/** bh_backup_box_set_model: once, before it is seen; references @model. */
void bh_backup_box_set_model(BhBackupBox *box, BhHouseModel *model);
