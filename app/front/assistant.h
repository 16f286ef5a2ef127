/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhAssistant: the first start in three steps: what the property is called, a printer, the first
 * phone. Each may be left for later.
 *
 * Signal `done` (): it is through, or nobody wants it now.
 */
#pragma once

#include <gtk/gtk.h>

#include "house-model.h"

#define BH_TYPE_ASSISTANT (bh_assistant_get_type())
G_DECLARE_FINAL_TYPE(BhAssistant, bh_assistant, BH, ASSISTANT, GtkBox)

/** bh_assistant_new: references @model. */
GtkWidget *bh_assistant_new(BhHouseModel *model);
