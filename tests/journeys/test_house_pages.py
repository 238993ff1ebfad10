"""The browser fixtures themselves."""


def test_the_sign_in_page_opens_in_a_real_browser(page):
    page.goto("/accounts/login/")
    assert page.get_by_role("button").count() >= 1
