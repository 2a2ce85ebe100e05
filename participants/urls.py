"""The addresses of participants."""

from django.urls import URLPattern, path

from participants.views import administration, deviations, history, outcome, participants, staff, treatment

app_name = "participants"
urlpatterns: list[URLPattern] = [
    path("participants/", participants.participants, name="participants"),
    path("participants.csv", participants.participants_csv, name="participants_csv"),
    path("participants/<int:pk>/", participants.participant, name="participant"),
    path("participants/<int:pk>/treatment/", treatment.treatment, name="treatment"),
    path("participants/<int:pk>/outcome/", outcome.outcome, name="outcome"),
    path("participants/<int:pk>/history/", history.history, name="history"),
    path("participants/<int:pk>/history.csv", history.history_csv, name="history_csv"),
    path("deviations/", deviations.deviations, name="deviations"),
    path("deviations.csv", deviations.deviations_csv, name="deviations_csv"),
    path("deviations/<int:pk>/", deviations.deviation, name="deviation"),
    path("deviations/<int:pk>/classify/", deviations.classify, name="classify"),
    path("administration/", administration.administration, name="administration"),
    path("administration/sites/add/", administration.site_add, name="site_add"),
    path("administration/sites/<int:pk>/", administration.site_edit, name="site_edit"),
    path("administration/staff/", staff.staff_list, name="staff_list"),
    path("administration/staff/invite/", staff.staff_invite, name="staff_invite"),
    path("administration/staff/<int:pk>/", staff.staff_detail, name="staff"),
    path("administration/staff/<int:pk>/delegate/", staff.staff_delegate, name="staff_delegate"),
    path("administration/staff/<int:pk>/disable/", staff.staff_disable, name="staff_disable"),
    path("administration/staff/<int:pk>/enable/", staff.staff_enable, name="staff_enable"),
    path("administration/staff/<int:pk>/link/", staff.staff_link, name="staff_link"),
    path("administration/delegations/", administration.delegation_log, name="delegation_log"),
    path("administration/delegations.csv", administration.delegation_log_csv, name="delegation_log_csv"),
    path("administration/delegations/<int:pk>/end/", administration.delegation_end, name="delegation_end"),
    path("administration/access/", administration.access_report, name="access_report"),
    path("administration/access.csv", administration.access_report_csv, name="access_report_csv"),
]
