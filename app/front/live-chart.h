/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhLiveChart: the last values of one measure as a line, the newest at the end of the line of
 * reading. It draws and decides nothing; what it shows stands in words beside it and in its
 * accessible description.
 */
#pragma once

#include <gtk/gtk.h>

#define BH_TYPE_LIVE_CHART (bh_live_chart_get_type())
G_DECLARE_FINAL_TYPE(BhLiveChart, bh_live_chart, BH, LIVE_CHART, GtkWidget)

/* Values kept; older ones fall out. */
#define BH_LIVE_CHART_MAX_VALUES 120

/**
 * bh_live_chart_set_range: what the bottom and the top of the chart mean.
 * @high: grows by itself where a value is higher, and comes back when that value has fallen out
 */
void bh_live_chart_set_range(BhLiveChart *chart, double low, double high);

/**
 * bh_live_chart_set_values:
 * @values: oldest first; the last BH_LIVE_CHART_MAX_VALUES are shown. NAN: not known then, a gap
 */
void bh_live_chart_set_values(BhLiveChart *chart, const double *values, guint n_values);
