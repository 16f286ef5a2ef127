/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "front-window.h"

#include <glib/gi18n.h>

#include "status-page.h"

/* The pages, in the order of the sidebar. */
static const struct {
  const char *name, *title;
  GtkWidget *(*make)(BhHouseModel *model);
} pages[] = {
    {"status", N_("Status"), bh_status_page_new},
};

struct _BhFrontWindow {
  GtkApplicationWindow parent_instance;

  GtkStack *stack;
};

G_DEFINE_FINAL_TYPE(BhFrontWindow, bh_front_window, GTK_TYPE_APPLICATION_WINDOW)

static void
bh_front_window_class_init(BhFrontWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/bellhop/Bellhop/ui/front-window.ui");
  gtk_widget_class_bind_template_child(widget_class, BhFrontWindow, stack);
}

static void
bh_front_window_init(BhFrontWindow *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}

BhFrontWindow *
bh_front_window_new(GtkApplication *app, BhHouseModel *model)
{
  BhFrontWindow *self = g_object_new(BH_TYPE_FRONT_WINDOW, "application", app, NULL);

  for (guint i = 0; i < G_N_ELEMENTS(pages); i++)
    gtk_stack_add_titled(self->stack, pages[i].make(model), pages[i].name, _(pages[i].title));
  return self;
}

void
bh_front_window_show_page(BhFrontWindow *window, const char *page)
{
  if (gtk_stack_get_child_by_name(window->stack, page) != NULL)
    gtk_stack_set_visible_child_name(window->stack, page);
}
