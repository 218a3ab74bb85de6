"""Languages on the page: a person's Discord and a server each have one, chosen in the director's panel."""

from playwright.async_api import expect

from tests.browser.conftest import OpenReader
from tests.integration.scene import Scene


async def test_commands_and_answers_come_in_the_persons_language_and_reminders_in_the_servers(
    scene: Scene, open_reader: OpenReader
) -> None:
    reader = await open_reader(str(scene.sandbox.page_url))
    await reader.page.get_by_role("button", name="Director's panel").click()
    await reader.page.get_by_label("Your Discord").select_option("Français")
    await reader.say("Soirée raid")
    await reader.menu(reader.message("Soirée raid"), "Apps › Suivre ce message")
    await expect(reader.message("Message suivi.")).to_contain_text("Intervalle entre les rappels")
    await reader.command("statut", événement="Soirée raid")
    await expect(reader.message("Sans réponse")).to_be_visible()
    await reader.command("rappeler", événement="Soirée raid")
    await expect(reader.message("Your answer is missing:")).to_be_visible()
    await reader.page.get_by_label("This server").select_option("Français")
    await scene.until(lambda: scene.sandbox.world.guild(scene.seed.guild_id).preferred_locale == "fr", "the choice")
    await reader.command("rappeler", événement="Soirée raid")
    await expect(reader.message("Réponse attendue")).to_be_visible()


async def test_everybody_has_a_language_of_their_own(scene: Scene, open_reader: OpenReader) -> None:
    reader = await open_reader(str(scene.sandbox.page_url))
    await reader.page.get_by_role("button", name="Director's panel").click()
    language = reader.page.get_by_label("Your Discord")
    await language.select_option("Français")
    await reader.command("liste")
    await expect(reader.message("Aucun événement n’est suivi")).to_be_visible()
    await reader.become("Jonas")
    await expect(language).to_have_value("en-US")
    await reader.command("list")
    await expect(reader.message("No event is watched")).to_be_visible()
