Option Explicit
Option Private Module

' The sentences of the cells that show an error: in the status bar, and as a list.

Private Const KEPT As Long = 500
Private Const SHOWN As Long = 250 ' letters that the status bar takes
Private Const MOST As Long = 10 ' sentences of one formula
Private Const MESSAGE As String = "*" ' in place of a cell: what is shown is of none

' Collections by place. Of texts, since LibreOffice mistakes an array in a Collection for one; and as Variants, since
' it forgets private objects.
Private mErrors As Variant ' see ClvEntry; the newest last
Private mCells As Variant ' the cells of those that a cell called
Private mShownFor As String
Private mShownAt As Double

' Keeps what a call found wrong under the cell that called, or forgets that cell when nothing is wrong.
Public Sub ClvNote(ByVal functionName As String, ByVal found As Collection)
    Dim cell As Object
    If found.Count = 0 Then
        If ClvErrorCount() = 0 Then Exit Sub
        Set cell = ClvCaller()
        ClvForget ClvPlace(cell, functionName)
    Else
        Set cell = ClvCaller()
        ClvRemember ClvPlace(cell, functionName), functionName, found, cell
    End If
End Sub

Public Sub ClvRemember(ByVal place As String, ByVal functionName As String, ByVal found As Collection, ByVal cell As Object)
    Dim lines As String, i As Long
    ClvForget place
    For i = 1 To found.Count
        If i <= MOST Then lines = lines & vbLf & found.Item(i)
    Next i
    mErrors.Add place & vbTab & functionName & vbTab & Format(Now, "hh:mm:ss") & lines, place
    If Not cell Is Nothing Then mCells.Add cell, place
    If mErrors.Count > KEPT Then ClvForget ClvPart(ClvPart(mErrors.Item(1), vbLf, 0), vbTab, 0)
    If Abs(Timer - mShownAt) < 0.5 Then Exit Sub ' many at once: painting each would take longer than they do
    mShownAt = Timer
    mShownFor = place
    ClvShowInStatusBar ClvSentence(place)
End Sub

Public Sub ClvForget(ByVal place As String)
    ClvErrorCount ' makes the collection
    On Error Resume Next
    mErrors.Remove place
    mCells.Remove place
    On Error GoTo 0
    If place = mShownFor Then ClvSayNothing
End Sub

Public Function ClvErrorCount() As Long
    If Not IsObject(mErrors) Then Set mErrors = New Collection
    If Not IsObject(mCells) Then Set mCells = New Collection
    ClvErrorCount = mErrors.Count
End Function

' The first sentence that is kept for a place, or "".
Public Function ClvSentence(ByVal place As String) As String
    ClvErrorCount
    On Error GoTo Unknown
    ClvSentence = ClvPart(ClvPart(mErrors.Item(place), vbLf, 1), vbTab, 1)
Unknown:
End Function

' One part of a text, 0 the first.
Public Function ClvPart(ByVal text As String, ByVal mark As String, ByVal number As Long) As String
    Dim parts As Variant
    parts = Split(text, mark)
    ClvPart = parts(number)
End Function

' The cell whose formula is being calculated, or Nothing: a macro may call as well.
Private Function ClvCaller() As Object
    On Error Resume Next
    If TypeName(Application.Caller) = "Range" Then Set ClvCaller = Application.Caller
End Function

' How a cell is named in the list; of an array formula it is the first cell.
Public Function ClvPlace(ByVal cell As Object, ByVal otherwise As String) As String
    Dim first As Object
    ClvPlace = otherwise
    If cell Is Nothing Then Exit Function
    On Error Resume Next
    Set first = cell.Cells(1, 1)
    ClvPlace = first.Parent.Name & "!" & first.Address(False, False)
    If first.Parent.Parent.Name <> ThisWorkbook.Name Then ClvPlace = "[" & first.Parent.Parent.Name & "]" & ClvPlace
End Function

' Shows the sentence of the selected cell, also where it belongs to a result that spills from another cell.
Public Sub ClvSelected(ByVal target As Object)
    Dim sentence As String, cell As Object
    If ClvErrorCount() = 0 And mShownFor = "" Then Exit Sub
    Set cell = target
    sentence = ClvSentence(ClvPlace(cell, ""))
    On Error Resume Next
    If sentence = "" Then
        If cell.Cells(1, 1).HasArray Then
            sentence = ClvSentence(ClvPlace(cell.Cells(1, 1).CurrentArray, ""))
        Else
            sentence = ClvSentence(ClvPlace(cell.Cells(1, 1).SpillParent, ""))
        End If
    End If
    On Error GoTo 0
    mShownFor = ""
    If sentence <> "" Then mShownFor = ClvPlace(cell, "")
    ClvShowInStatusBar sentence
End Sub

' What is said of no cell: until the next cell is selected.
Public Sub ClvSay(ByVal sentence As String)
    mShownFor = MESSAGE
    ClvShowInStatusBar sentence
End Sub

' Gives the status bar back, if it is ours: one that is kept hides what Excel itself would say.
Public Sub ClvSayNothing()
    If mShownFor = "" Then Exit Sub
    mShownFor = ""
    ClvShowInStatusBar ""
End Sub

' For which cell the status bar shows a sentence, or "".
Public Function ClvShownFor() As String
    ClvShownFor = mShownFor
End Function

' Excel may refuse this while it calculates; the list has the sentence all the same.
Public Sub ClvShowInStatusBar(ByVal sentence As String)
    On Error Resume Next
    If sentence = "" Then
        Application.StatusBar = False
    Else
        Application.StatusBar = Left$(sentence, SHOWN)
    End If
End Sub

' One entry, 1 the oldest: a line of place, function and time, then a line of code and sentence for each error;
' tabs stand between.
Public Function ClvEntry(ByVal number As Long) As String
    ClvEntry = mErrors.Item(number)
End Function

' Whether the cell still holds a formula; where it cannot be asked, the error stays in the list.
Public Function ClvStillThere(ByVal place As String) As Boolean
    Dim cell As Object
    ClvStillThere = True
    On Error GoTo Unknown
    Set cell = mCells.Item(place)
    ClvStillThere = cell.Cells(1, 1).HasFormula
Unknown:
End Function
