/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "live-chart.h"

#include <math.h>

#define LINE_WIDTH 2.0
#define DOT_RADIUS 3.5
#define FILL_ALPHA 0.14f
#define GRID_ALPHA 0.14f
#define MIN_WIDTH  120
#define HEIGHT     64

struct _BhLiveChart {
  GtkWidget parent_instance;

  double low, high;
  double values[BH_LIVE_CHART_MAX_VALUES];
  guint n_values;
};

G_DEFINE_FINAL_TYPE(BhLiveChart, bh_live_chart, GTK_TYPE_WIDGET)

/* Where the values lie in the widget. */
typedef struct {
  double left, width, top, height;
  double low, high;
  gboolean mirrored; /* a language that is read from the right */
} Frame;

static double
find_x(const BhLiveChart *self, const Frame *frame, guint i)
{
  guint slot = BH_LIVE_CHART_MAX_VALUES - self->n_values + i;
  double part = (double)slot / (BH_LIVE_CHART_MAX_VALUES - 1);

  return frame->left + frame->width * (frame->mirrored ? 1 - part : part);
}

static double
find_y(const Frame *frame, double value)
{
  double part = (value - frame->low) / (frame->high - frame->low);

  return frame->top + frame->height * (1 - CLAMP(part, 0, 1));
}

static Frame
make_frame(BhLiveChart *self)
{
  GtkWidget *widget = GTK_WIDGET(self);
  Frame frame = {.left = DOT_RADIUS,
                 .width = gtk_widget_get_width(widget) - 2 * DOT_RADIUS,
                 .top = DOT_RADIUS,
                 .height = gtk_widget_get_height(widget) - 2 * DOT_RADIUS,
                 .low = self->low,
                 .high = self->high,
                 .mirrored = gtk_widget_get_direction(widget) == GTK_TEXT_DIR_RTL};

  for (guint i = 0; i < self->n_values; i++)
    if (!isnan(self->values[i]))
      frame.high = MAX(frame.high, self->values[i]);
  return frame;
}

/* The values from @from on that are known, as one line. Returns: where the next may begin */
static guint
trace_line(const BhLiveChart *self, const Frame *frame, cairo_t *cr, guint from)
{
  guint i = from;

  while (i < self->n_values && isnan(self->values[i]))
    i++;
  for (; i < self->n_values && !isnan(self->values[i]); i++)
    cairo_line_to(cr, find_x(self, frame, i), find_y(frame, self->values[i]));
  return i;
}

static void
draw_grid(cairo_t *cr, const Frame *frame, const GdkRGBA *colour)
{
  cairo_set_source_rgba(cr, colour->red, colour->green, colour->blue, colour->alpha * GRID_ALPHA);
  cairo_set_line_width(cr, 1);
  for (int i = 0; i <= 2; i++) {
    double y = floor(frame->top + frame->height * i / 2) + 0.5;

    cairo_move_to(cr, frame->left, y);
    cairo_line_to(cr, frame->left + frame->width, y);
  }
  cairo_stroke(cr);
}

static void
draw_values(BhLiveChart *self, cairo_t *cr, const Frame *frame, const GdkRGBA *colour)
{
  guint first = 0;

  while (first < self->n_values) {
    guint start = first, end;

    while (start < self->n_values && isnan(self->values[start]))
      start++;
    cairo_new_path(cr);
    end = trace_line(self, frame, cr, start);
    if (end > start) {
      cairo_set_source_rgba(cr, colour->red, colour->green, colour->blue, colour->alpha);
      cairo_set_line_width(cr, LINE_WIDTH);
      cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
      cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
      cairo_stroke_preserve(cr);
      cairo_line_to(cr, find_x(self, frame, end - 1), frame->top + frame->height);
      cairo_line_to(cr, find_x(self, frame, start), frame->top + frame->height);
      cairo_close_path(cr);
      cairo_set_source_rgba(cr, colour->red, colour->green, colour->blue,
                            colour->alpha * FILL_ALPHA);
      cairo_fill(cr);
    }
    first = end + 1;
  }
}

static void
draw_newest(BhLiveChart *self, cairo_t *cr, const Frame *frame, const GdkRGBA *colour)
{
  guint last = self->n_values - 1;

  if (self->n_values == 0 || isnan(self->values[last]))
    return;
  cairo_set_source_rgba(cr, colour->red, colour->green, colour->blue, colour->alpha);
  cairo_arc(cr, find_x(self, frame, last), find_y(frame, self->values[last]), DOT_RADIUS, 0,
            2 * G_PI);
  cairo_fill(cr);
}

static void
bh_live_chart_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  BhLiveChart *self = BH_LIVE_CHART(widget);
  int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
  Frame frame = make_frame(self);
  GdkRGBA colour;
  cairo_t *cr;

  if (frame.width <= 0 || frame.height <= 0)
    return;
  gtk_style_context_get_color(gtk_widget_get_style_context(widget), &colour);
  cr = gtk_snapshot_append_cairo(snapshot, &GRAPHENE_RECT_INIT(0, 0, (float)width, (float)height));
  draw_grid(cr, &frame, &colour);
  draw_values(self, cr, &frame, &colour);
  draw_newest(self, cr, &frame, &colour);
  cairo_destroy(cr);
}

static void
bh_live_chart_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                      int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? MIN_WIDTH : HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 2 * MIN_WIDTH : HEIGHT;
}

static void
bh_live_chart_class_init(BhLiveChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  widget_class->snapshot = bh_live_chart_snapshot;
  widget_class->measure = bh_live_chart_measure;
  gtk_widget_class_set_css_name(widget_class, "livechart");
  gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
bh_live_chart_init(BhLiveChart *self)
{
  self->high = 1;
}

void
bh_live_chart_set_range(BhLiveChart *chart, double low, double high)
{
  g_return_if_fail(high > low);
  chart->low = low;
  chart->high = high;
  gtk_widget_queue_draw(GTK_WIDGET(chart));
}

/* What stands @back places from the newest one. */
static double
get_back(const double *values, guint n_values, guint back)
{
  return back < n_values ? values[n_values - 1 - back] : NAN;
}

/* A gap is drawn like what was before the first value. */
static gboolean
looks_same(const BhLiveChart *self, const double *values, guint n_values)
{
  for (guint back = 0; back < BH_LIVE_CHART_MAX_VALUES; back++) {
    double before = get_back(self->values, self->n_values, back);
    double now = get_back(values, n_values, back);

    if (before != now && !(isnan(before) && isnan(now)))
      return FALSE;
  }
  return TRUE;
}

void
bh_live_chart_set_values(BhLiveChart *chart, const double *values, guint n_values)
{
  guint skip = n_values > BH_LIVE_CHART_MAX_VALUES ? n_values - BH_LIVE_CHART_MAX_VALUES : 0;
  gboolean same = looks_same(chart, values, n_values);

  chart->n_values = n_values - skip;
  for (guint i = 0; i < chart->n_values; i++)
    chart->values[i] = values[skip + i];
  if (same)
    return;
  gtk_widget_queue_draw(GTK_WIDGET(chart));
}
