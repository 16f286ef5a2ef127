/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "task-bar.h"

#include <glib/gi18n.h>

#include "error-words.h"
#include "fact-row.h"
#include "plain-names.h"

struct _BhTaskBar {
  GtkBox parent_instance;

  GtkWidget *spinner;
  GtkWidget *mark;
  GtkWidget *words;
  GtkWidget *cancel_button;
  GCancellable *cancellable; /* (nullable): of what is under way */
  gboolean is_firm;
};

G_DEFINE_FINAL_TYPE(BhTaskBar, bh_task_bar, GTK_TYPE_BOX)

static void
show(BhTaskBar *self, const char *words, gboolean busy, gboolean may_cancel)
{
  gtk_label_set_text(GTK_LABEL(self->words), words);
  gtk_widget_set_visible(self->spinner, busy);
  gtk_widget_set_visible(self->cancel_button, may_cancel);
  gtk_widget_set_visible(self->mark, !busy);
  gtk_spinner_set_spinning(GTK_SPINNER(self->spinner), busy);
  gtk_widget_show(GTK_WIDGET(self));
}

static void
on_cancel(GtkButton *button, BhTaskBar *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel(self->cancellable);
}

static GCancellable *
begin(BhTaskBar *bar, const char *words, gboolean may_cancel)
{
  if (bar->cancellable != NULL)
    g_cancellable_cancel(bar->cancellable);
  g_clear_object(&bar->cancellable);
  bar->cancellable = g_cancellable_new();
  bar->is_firm = !may_cancel;
  show(bar, words, TRUE, may_cancel);
  return bar->cancellable;
}

GCancellable *
bh_task_bar_begin(BhTaskBar *bar, const char *words)
{
  return begin(bar, words, TRUE);
}

GCancellable *
bh_task_bar_begin_firm(BhTaskBar *bar, const char *words)
{
  return begin(bar, words, FALSE);
}

gboolean
bh_task_bar_end(BhTaskBar *bar, const GError *error, const char *done)
{
  gboolean cancelled = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* Another action has begun here since, or the bar has gone. */
  if (cancelled && (bar->cancellable == NULL || !g_cancellable_is_cancelled(bar->cancellable)))
    return FALSE;
  g_clear_object(&bar->cancellable);
  if (error == NULL && done == NULL) {
    bh_task_bar_clear(bar);
    return TRUE;
  }
  if (error == NULL) {
    show(bar, done, FALSE, FALSE);
    bh_tone_mark(GTK_IMAGE(bar->mark), BH_TONE_GOOD);
    return TRUE;
  }
  show(bar, bh_error_words(error), FALSE, FALSE);
  bh_tone_mark(GTK_IMAGE(bar->mark), cancelled ? BH_TONE_QUIET : BH_TONE_ATTENTION);
  return FALSE;
}

gboolean
bh_task_bar_is_busy(BhTaskBar *bar)
{
  return bar->cancellable != NULL;
}

void
bh_task_bar_clear(BhTaskBar *bar)
{
  if (bar->cancellable == NULL)
    gtk_widget_hide(GTK_WIDGET(bar));
}

/* What is under way holds the page, and so the bar, longer than the window does: nobody sees what
 * comes of it any more. */
static void
bh_task_bar_unroot(GtkWidget *widget)
{
  BhTaskBar *self = BH_TASK_BAR(widget);

  if (self->cancellable != NULL && !self->is_firm)
    g_cancellable_cancel(self->cancellable);
  GTK_WIDGET_CLASS(bh_task_bar_parent_class)->unroot(widget);
}

static void
bh_task_bar_dispose(GObject *object)
{
  BhTaskBar *self = BH_TASK_BAR(object);

  if (self->cancellable != NULL)
    g_cancellable_cancel(self->cancellable);
  g_clear_object(&self->cancellable);
  G_OBJECT_CLASS(bh_task_bar_parent_class)->dispose(object);
}

static void
bh_task_bar_class_init(BhTaskBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = bh_task_bar_dispose;
  widget_class->unroot = bh_task_bar_unroot;
  gtk_widget_class_set_template_from_resource(widget_class, "/io/bellhop/Bellhop/ui/task-bar.ui");
  gtk_widget_class_bind_template_child(widget_class, BhTaskBar, spinner);
  gtk_widget_class_bind_template_child(widget_class, BhTaskBar, mark);
  gtk_widget_class_bind_template_child(widget_class, BhTaskBar, words);
  gtk_widget_class_bind_template_child(widget_class, BhTaskBar, cancel_button);
  gtk_widget_class_bind_template_callback(widget_class, on_cancel);
}

static void
bh_task_bar_init(BhTaskBar *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  bh_plain_names(GTK_WIDGET(self));
}
