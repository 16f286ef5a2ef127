/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "front-window.h"

#include <glib/gi18n.h>

#include "activity-page.h"
#include "assistant.h"
#include "devices-page.h"
#include "fact-row.h"
#include "pair-page.h"
#include "printers-page.h"
#include "settings-page.h"
#include "status-page.h"

/* The pages, in the order of the sidebar. */
static const struct {
  const char *name, *title, *icon;
  GtkWidget *(*make)(BhHouseModel *model);
} pages[] = {
    {"status", N_("Status"), "bh-pulse-symbolic", bh_status_page_new},
    {"pair", N_("Pair a device"), "bh-pair-symbolic", bh_pair_page_new},
    {"devices", N_("Devices"), "bh-staff-symbolic", bh_devices_page_new},
    {"printers", N_("Printers"), "printer-symbolic", bh_printers_page_new},
    {"activity", N_("Activity"), "bh-list-symbolic", bh_activity_page_new},
    {"settings", N_("Settings"), "emblem-system-symbolic", bh_settings_page_new},
};

struct _BhFrontWindow {
  GtkApplicationWindow parent_instance;

  BhHouseModel *model;
  GtkStack *whole, *stack;
  GtkListBox *sidebar;
  GtkWidget *menu_button, *banner, *banner_mark, *banner_words;
  GtkWidget *rows[G_N_ELEMENTS(pages)];
  GtkWidget *assistant; /* (nullable): while it is shown; the stack owns it */
  gboolean is_known;    /* whether this is the first start has been decided */
};

G_DEFINE_FINAL_TYPE(BhFrontWindow, bh_front_window, GTK_TYPE_APPLICATION_WINDOW)

static void show_banner(BhFrontWindow *self);

/* --- first start --- */

static void
end_assistant(BhFrontWindow *self)
{
  if (self->assistant == NULL)
    return;
  gtk_stack_set_visible_child_name(self->whole, "pages");
  gtk_stack_remove(self->whole, self->assistant);
  self->assistant = NULL;
  bh_front_window_show_page(self, "status");
  show_banner(self);
}

/* Without a device nothing works yet: so it comes again until there is one, or it was put off. */
static void
look_for_first_start(BhFrontWindow *self)
{
  if (self->is_known || !bh_house_model_is_serving(self->model))
    return;
  self->is_known = TRUE;
  if (bh_house_list_get_count(bh_house_model_get_devices(self->model)) > 0)
    return;
  self->assistant = bh_assistant_new(self->model);
  gtk_stack_add_named(self->whole, self->assistant, "assistant");
  gtk_stack_set_visible_child_name(self->whole, "assistant");
  g_signal_connect_object(self->assistant, "done", G_CALLBACK(end_assistant), self,
                          G_CONNECT_SWAPPED);
}

/* --- what is everywhere --- */

/* The status page says it itself; the assistant has other words. */
static void
show_banner(BhFrontWindow *self)
{
  BhHouseState state = bh_house_model_get_state(self->model);
  const char *page = gtk_stack_get_visible_child_name(self->stack);

  gtk_label_set_text(GTK_LABEL(self->banner_words), bh_house_model_get_sentence(self->model));
  bh_tone_mark(GTK_IMAGE(self->banner_mark),
               state == BH_HOUSE_STARTING ? BH_TONE_BUSY : BH_TONE_ATTENTION);
  gtk_widget_set_visible(self->banner,
                         !bh_house_model_is_serving(self->model) &&
                             (self->assistant != NULL || g_strcmp0(page, "status") != 0));
}

static void
on_changed(BhHouseModel *model, BhFrontWindow *self)
{
  look_for_first_start(self);
  show_banner(self);
}

/* --- pages --- */

static void
on_row_selected(GtkListBox *sidebar, GtkListBoxRow *row, BhFrontWindow *self)
{
  if (row == NULL)
    return;
  gtk_stack_set_visible_child_name(self->stack, pages[gtk_list_box_row_get_index(row)].name);
  show_banner(self);
}

static void
on_page(GtkWidget *widget, const char *action, GVariant *name)
{
  bh_front_window_show_page(BH_FRONT_WINDOW(widget), g_variant_get_string(name, NULL));
}

static GtkWidget *
make_row(guint i)
{
  GtkWidget *row = gtk_list_box_row_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *title = gtk_label_new(_(pages[i].title));

  gtk_label_set_ellipsize(GTK_LABEL(title), PANGO_ELLIPSIZE_END);
  gtk_box_append(GTK_BOX(box), bh_decoration(pages[i].icon));
  gtk_box_append(GTK_BOX(box), title);
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
  gtk_accessible_update_property(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _(pages[i].title), -1);
  return row;
}

/* --- life --- */

static void
bh_front_window_dispose(GObject *object)
{
  BhFrontWindow *self = BH_FRONT_WINDOW(object);

  self->assistant = NULL;
  g_clear_object(&self->model);
  G_OBJECT_CLASS(bh_front_window_parent_class)->dispose(object);
}

static void
bh_front_window_class_init(BhFrontWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = bh_front_window_dispose;
  gtk_widget_class_install_action(widget_class, "win.page", "s", on_page);
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/bellhop/Bellhop/ui/front-window.ui");
  gtk_widget_class_bind_template_child(widget_class, BhFrontWindow, whole);
  gtk_widget_class_bind_template_child(widget_class, BhFrontWindow, stack);
  gtk_widget_class_bind_template_child(widget_class, BhFrontWindow, sidebar);
  gtk_widget_class_bind_template_child(widget_class, BhFrontWindow, menu_button);
  gtk_widget_class_bind_template_child(widget_class, BhFrontWindow, banner);
  gtk_widget_class_bind_template_child(widget_class, BhFrontWindow, banner_mark);
  gtk_widget_class_bind_template_child(widget_class, BhFrontWindow, banner_words);
  gtk_widget_class_bind_template_callback(widget_class, on_row_selected);
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

  self->model = g_object_ref(model);
  gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(self->menu_button),
                                 G_MENU_MODEL(gtk_application_get_menu_by_id(app, "main")));
  for (guint i = 0; i < G_N_ELEMENTS(pages); i++) {
    gtk_stack_add_named(self->stack, pages[i].make(model), pages[i].name);
    self->rows[i] = make_row(i);
    gtk_list_box_append(self->sidebar, self->rows[i]);
  }
  bh_front_window_show_page(self, pages[0].name);
  g_signal_connect_object(model, "changed", G_CALLBACK(on_changed), self, 0);
  on_changed(model, self);
  return self;
}

void
bh_front_window_show_page(BhFrontWindow *window, const char *page)
{
  for (guint i = 0; i < G_N_ELEMENTS(pages); i++)
    if (g_str_equal(pages[i].name, page))
      gtk_list_box_select_row(window->sidebar, GTK_LIST_BOX_ROW(window->rows[i]));
}
