"""The addresses of followup."""

from django.urls import URLPattern, path

from followup.views import (
    contacts,
    dashboards,
    grid,
    mailbox,
    my_day,
    reanchor,
    reminders,
    schedule,
    search,
    timeline,
    visits,
)
from followup.views.reminder_link import reminder_link

app_name = "followup"
urlpatterns: list[URLPattern] = [
    path("", my_day.my_day, name="my_day"),
    path("search/", search.search, name="search"),
    path("grid/", grid.grid, name="grid"),
    path("grid.csv", grid.grid_csv, name="grid_csv"),
    path("participants/<int:pk>/timeline/", timeline.timeline, name="timeline"),
    path("participants/<int:pk>/timeline.csv", timeline.timeline_csv, name="timeline_csv"),
    path("participants/<int:pk>/timeline.svg", timeline.timeline_svg, name="timeline_svg"),
    path("participants/<int:pk>/schedule/", schedule.schedule, name="schedule"),
    path("participants/<int:pk>/schedule.csv", schedule.schedule_csv, name="schedule_csv"),
    path("participants/<int:pk>/unscheduled/", schedule.unscheduled, name="unscheduled"),
    path("participants/<int:pk>/dates/<slug:kind>/", reanchor.anchor, name="anchor"),
    path("participants/<int:pk>/contacts/", contacts.contacts, name="contacts"),
    path("participants/<int:pk>/contacts.csv", contacts.contacts_csv, name="contacts_csv"),
    path("participants/<int:pk>/contacts/log/", contacts.log_attempt, name="contact_log"),
    path("participants/<int:pk>/lost/", contacts.declare_lost, name="lost"),
    path("participants/<int:pk>/found/", contacts.declare_found, name="found"),
    path("visits/<int:pk>/", visits.visit, name="visit"),
    path("visits/<int:pk>/log/", visits.log_visit, name="visit_log"),
    path("visits/<int:pk>/not-done/", visits.visit_not_done, name="visit_not_done"),
    path("visits/<int:pk>/reopen/", visits.reopen_visit, name="visit_reopen"),
    path("visits/<int:pk>/book/", visits.book_visit, name="visit_book"),
    path("visits/<int:pk>/book/cancel/", visits.cancel_booking, name="visit_cancel_booking"),
    path("visits/<int:pk>/snooze/", my_day.snooze, name="snooze"),
    path("dashboards/", dashboards.dashboard, name="dashboard"),
    path("dashboards/plan/", dashboards.analysis_plan, name="analysis_plan"),
    path("dashboards/<slug:figure>.csv", dashboards.figure_csv, name="figure_csv"),
    path("dashboards/<slug:figure>.svg", dashboards.figure_svg, name="figure_svg"),
    path("dashboards/<slug:figure>/people/", dashboards.figure_people, name="figure_people"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/<int:pk>/again/", reminders.reminder_again, name="reminder_again"),
    path("reminders/<int:pk>/settle/", reminders.reminder_settle, name="reminder_settle"),
    path("participants/<int:pk>/reminders/release/", reminders.reminders_release, name="reminders_release"),
    path("r/<slug:reference>/", reminder_link, name="reminder_link"),
    path("demo/mailbox/", mailbox.mailbox, name="mailbox"),
]
