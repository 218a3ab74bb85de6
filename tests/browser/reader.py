"""A person in front of the page: what they see and do, and what went wrong in the browser meanwhile."""

from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, ConsoleMessage, Error, Locator, Page, expect

PATIENCE_MS = 15_000


@dataclass
class Reader:
    """One open page."""

    page: Page
    problems: list[str] = field(default_factory=list)

    @classmethod
    async def open(cls, context: BrowserContext, url: str) -> "Reader":
        """Open the page and wait until it shows the world."""
        reader = cls(await context.new_page())
        reader.page.set_default_timeout(PATIENCE_MS)
        reader.page.on("console", reader._note_console)
        reader.page.on("pageerror", reader._note_error)
        await reader.page.goto(url)
        await reader.page.locator("#app").wait_for()
        await reader.page.locator("#self .act-as").wait_for()
        return reader

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.type}: {message.text}")

    def _note_error(self, error: Error) -> None:
        self.problems.append(f"exception: {error}")

    @property
    def field(self) -> Locator:
        """The message box."""
        return self.page.locator("#composer-text")

    @property
    def messages(self) -> Locator:
        """All messages of the open channel."""
        return self.page.locator(".message")

    def message(self, text: str) -> Locator:
        """The last message with a text in it."""
        return self.messages.filter(has_text=text).last

    @property
    def toast(self) -> Locator:
        """What the page complains of."""
        return self.page.locator(".toast")

    async def say(self, text: str) -> None:
        """Write a message."""
        await self.field.fill(text)
        await self.field.press("Enter")
        await self.message(text.splitlines()[0]).wait_for()

    async def become(self, name: str) -> None:
        """Act as somebody else."""
        await self.page.locator(".act-as").click()
        await self.page.get_by_role("combobox", name="Act as").fill(name)
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator(".act-as-name")).to_have_text(name)

    async def command(self, name: str, **options: str) -> None:
        """Type a command, choose its options from what is offered, and run it."""
        await self.field.click()
        await self.field.press_sequentially(f"/{name}")
        await self.field.press("Enter")
        for option, value in options.items():
            await self.choose(option, value)
        await self.page.get_by_role("button", name="Run", exact=True).click()

    async def option(self, name: str, value: str) -> None:
        """Fill in an option of the command that is being typed, without choosing from what it offers."""
        box = self.page.locator(".option-field").filter(has=self.page.locator("label", has_text=name))
        if not await box.count():
            await self.page.get_by_role("button", name=f"Add option {name}").click()
        await box.locator("input").fill(value)

    async def choose(self, name: str, text: str) -> None:
        """Type into an option and take the first thing it offers that has the text in it."""
        await self.option(name, text)
        offered = self.page.locator(".option-field [role=option]").filter(has_text=text).first
        await offered.click()

    async def menu(self, message: Locator, item: str) -> None:
        """Choose from a message's menu."""
        await message.click(button="right")
        await self.page.get_by_role("menuitem", name=item).click()

    async def toggle(self, message: Locator, emoji: str) -> None:
        """Click a reaction."""
        await message.locator(f'.reaction[data-emoji="{emoji}"]').click()

    async def closed(self) -> list[str]:
        """Close the page, and return what went wrong in it."""
        await self.page.close()
        return self.problems
