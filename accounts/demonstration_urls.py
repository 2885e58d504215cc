
app_name = "demonstration"

urlpatterns: list = []
